// Starts authlete-mock for one test file and talks to it.
//
//   import { after, test } from 'node:test';
//   import { startMock } from './lib/mock.mjs';
//
//   const mock = await startMock();
//   after(() => mock.stop());
//
//   test('refuses the user', async () => {
//     const reply = await mock.api('backchannel/authentication/fail', { reason: 'ACCESS_DENIED' });
//     assert.equal(reply.json.action, 'FORBIDDEN');
//   });
//
// Tests that may run side by side share one server and take a silo each:
//
//   const silo = mock.silo();
//   await silo.api('backchannel/authentication/fail', {});
//   const [call] = await silo.requests({ status: 200 });
//
// Each server takes a free port, so test files run in parallel. AUTHLETE_MOCK names the binary.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { fileURLToPath } from 'node:url';
import { collect, collectAll } from './covered.mjs';
import { rawExchange } from './raw.mjs';

export const binary = process.env.AUTHLETE_MOCK
  ?? fileURLToPath(new URL('../../build/server/authlete-mock', import.meta.url));

/** The built-in seed. */
export const SERVICE = '2884000001';
export const TOKEN = 'mock-service-token';
export const ORGANIZATION_TOKEN = 'mock-org-token';

/** Arguments for a server whose one service has no clients: what a test makes is all there is. */
export const WITHOUT_CLIENTS = ['--seed-json', JSON.stringify({
  organizationTokens: [ORGANIZATION_TOKEN],
  owner: { key: 'mock-owner-key', secret: 'mock-owner-secret' },
  services: [{ serviceId: Number(SERVICE), apiSecret: 'mock-service-secret', accessTokens: [TOKEN] }],
})];

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** The environment of this process without settings of the mock, plus `extra`. */
export function environment(extra = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('AUTHLETE_MOCK_'));
  return { ...Object.fromEntries(inherited), ...extra };
}

/** A port for a server that must be told one: by chance, below those that the kernel hands out. */
export const choosePort = () => String(20_000 + Math.floor(Math.random() * 10_000));

/** Runs the binary to its end: { code, signal, stdout, stderr }. */
export async function run(args, { env, timeout = 10_000 } = {}) {
  const child = spawn(binary, args, { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'], timeout });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
  }
  const [code, signal] = await once(child, 'close');
  running.delete(child);
  return { code, signal, ...output };
}

/**
 * Starts a server, which checks its own replies, and waits until it is ready.
 * args: more settings; env: more variables; port: null leaves --port out;
 * tls: { cert, key, ca } are files for HTTPS and what clients trust;
 * readStderr: false leaves its stderr pipe unread; collect: false makes no calls of the library's own
 * (see covered.mjs), for tests that count all.
 */
export async function startMock({ args = [], env, port = 0, readStderr = true, collect: counts = true, tls } = {}) {
  const secure = tls ? ['--tls-cert', tls.cert, '--tls-key', tls.key] : [];
  const child = spawn(binary, port === null ? args : ['--port', String(port), ...secure, ...args],
    { env: environment({ AUTHLETE_MOCK_SELF_CHECK: '1', ...env }), stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const mock = new Mock(child, tls);
  mock.counts = counts;
  if (readStderr) mock.readStderr();
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await mock.ready.finally(() => clearTimeout(timer));
  // A forgotten stop() does not keep the test process alive.
  for (const handle of [child, child.stdout, child.stderr]) handle.unref();
  return mock;
}

/** Starts a server for one piece of work, and insists on its orderly end. */
export async function withMock(options, work) {
  const mock = await startMock(options);
  try {
    await work(mock);
  } finally {
    await mock.stop();
  }
}

/** The calls a test makes, to a whole server or to one silo of it. */
class Caller {
  prefix = '';

  /** POSTs JSON to an operation of the API: api('backchannel/authentication/fail', {…}). */
  api(operation, json, { service = SERVICE, token = TOKEN, headers } = {}) {
    return this.call('POST', `/api/${service}/${operation}`, {
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(json),
    });
  }

  /** A control operation: admin('POST', '/services/2884000001/tickets', { expiresIn: 60 }). */
  async admin(method, path, json) {
    if (path === '/reset' && (this.mock ?? this).counts) await collect(this);
    return this.call(method, `/__admin${path}`, json === undefined ? {} : {
      headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(json),
    });
  }

  /** What the journal holds, newest first: requests({ operation, status, … }). */
  async requests(filter = {}) {
    const reply = await this.admin('GET', `/requests?${new URLSearchParams(filter)}`);
    assert.equal(reply.status, 200, reply.text);
    return reply.json.requests;
  }

  /** The clock forward by so many seconds. */
  async advance(seconds) {
    const reply = await this.admin('POST', '/clock/advance', { seconds });
    assert.equal(reply.status, 200, reply.text);
  }
}

/** A private universe of one test on a server that many share. */
class Silo extends Caller {
  constructor(mock, name) {
    super();
    this.mock = mock;
    this.name = name;
    this.prefix = `/s/${name}`;
    this.url = `${mock.url}${this.prefix}`;
  }

  call(method, path, options) {
    this.used ||= path.startsWith('/api/');
    return this.mock.call(method, `${this.prefix}${path}`, options);
  }

  async drop() {
    if (this.used && this.mock.counts) await collect(this);
    return this.mock.admin('DELETE', `/silos/${this.name}`);
  }
}

let silos = 0;

class Mock extends Caller {
  stdout = '';
  stderr = '';
  #child;
  #agent;

  constructor(child, tls) {
    super();
    this.#child = child;
    this.protocol = tls ? https : http;
    this.#agent = new this.protocol.Agent({ keepAlive: true, ca: tls?.ca });
    this.exited = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        running.delete(child);
        this.#agent.destroy();
        resolve({ code, signal });
      });
    });
    this.ready = new Promise((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text) => {
        this.stdout += text;
        const line = /^authlete-mock ready (https?:\/\/(\S+):(\d+))\n/.exec(this.stdout);
        if (!line) return;
        [, this.url, this.host, this.port] = line;
        resolve();
      });
      this.exited.then(
        ({ code, signal }) => reject(new Error(`exit ${code ?? signal} before it was ready\n${this.stderr}`)), reject);
    });
  }

  get pid() { return this.#child.pid; }
  get child() { return this.#child; }

  readStderr() {
    this.#child.stderr.setEncoding('utf8').on('data', (text) => { this.stderr += text; });
  }

  /** One HTTP call: { status, headers, text, bytes, json }. `body` is a string or bytes. */
  async call(method, path, { headers = {}, body, agent = this.#agent } = {}) {
    const request = this.protocol.request({
      host: this.host, port: this.port, method, path, agent,
      headers: body === undefined ? headers : { 'Content-Length': Buffer.byteLength(body), ...headers },
    });
    request.on('error', () => {}); // a reply may come before all of a refused body is sent
    request.end(body);
    const [response] = await once(request, 'response');
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const type = response.headers['content-type'] ?? '';
    const text = type === 'application/octet-stream' ? undefined : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const isJson = /^application\/json\b/.test(type);
    return {
      status: response.statusCode, headers: response.headers, text, bytes,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** A silo of its own for a test; its `url` is the base URL for an SDK. */
  silo(name = `test-${process.pid}-${++silos}`) { return new Silo(this, name); }

  /** Sends bytes as they are and gives what came back until the server closed: see raw.mjs. */
  raw(bytes, options) {
    return rawExchange(this.port, bytes, options);
  }

  /** Ends the server and insists on an orderly end. */
  async stop(signal = 'SIGTERM') {
    this.#child.ref();
    if (this.url && this.counts) await Promise.race([collectAll(this), new Promise((resolve) => { setTimeout(resolve, 2000).unref(); })]);
    this.#child.kill(signal);
    const end = await this.exited;
    assert.deepEqual(end, { code: 0, signal: null }, `the server did not end well\n${this.stderr}`);
    assert.equal(this.stdout, `authlete-mock ready ${this.url}\n`, 'stdout holds the ready line only');
  }

  /** Ends the server as a crash would. */
  async kill() {
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await this.exited;
  }
}
