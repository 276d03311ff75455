// HTTPS: the same server behind TLS. What is special there: handshakes, records that wait inside the library
// while the socket is silent, and connections that end in the middle of either.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import tls from 'node:tls';
import { FAIL } from '../lib/check.mjs';
import { makeCertificate } from '../lib/certificate.mjs';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN, run, startMock } from '../lib/mock.mjs';
import { request } from '../lib/raw.mjs';

const directory = await mkdtemp(join(tmpdir(), 'authlete-mock-tls-'));
const pair = await makeCertificate(directory);
const mock = await startMock({ tls: pair, args: ['--threads', '2'] });
after(() => mock.stop());
after(() => rm(directory, { recursive: true }));

const AUTHORIZED = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
const failing = (body, silo = '') => request('POST', `${silo}/api/${SERVICE}/${FAIL}`,
  { ...AUTHORIZED, Connection: 'keep-alive', 'Content-Length': Buffer.byteLength(body) }, body).toString();
const later = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** A TLS connection that is up. */
async function connect(server = mock, options = {}) {
  const socket = tls.connect({ host: server.host, port: server.port, ca: pair.ca, ...options });
  socket.text = '';
  socket.setEncoding('latin1').on('data', (text) => { socket.text += text; });
  socket.on('error', () => {});
  socket.ended = new Promise((resolve) => { socket.on('close', resolve); });
  await once(socket, 'secureConnect');
  return socket;
}

async function until(check, what) {
  for (let i = 0; !await check(); i++) {
    assert.ok(i < 500, `no ${what} within 5 s`);
    await later(10);
  }
}

describe('the handshake', () => {
  it('the ready line says https', () => assert.equal(mock.url, `https://127.0.0.1:${mock.port}`));

  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    it(`${version}, with a client that trusts the certificate`, async () => {
      const socket = await connect(mock, { minVersion: version, maxVersion: version });
      assert.equal(socket.getProtocol(), version);
      assert.equal(socket.authorized, true);
      assert.equal(socket.alpnProtocol, false);
      for (let i = 1; i <= 20; i++) { // one after the other, on the same connection
        socket.write(failing('{}'));
        await until(() => socket.text.split('"action":"INTERNAL_SERVER_ERROR"').length === i + 1, `reply ${i}`);
      }
      socket.destroy();
    });
  }

  it('not with TLS 1.1', () => assert.rejects(
    connect(mock, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }), { code: /^(ERR_SSL|ECONNRESET)/ }));

  it('a client that does not trust it goes away, and the server stays', async () => {
    await assert.rejects(once(https.get({ host: mock.host, port: mock.port, path: '/', agent: false }), 'response'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    assert.equal((await mock.admin('GET', '/health')).status, 200);
  });

  it('plain HTTP is answered by the end of the connection', async () => {
    await assert.rejects(once(http.get({ host: mock.host, port: mock.port, path: '/', agent: false }), 'response'), /socket hang up|ECONNRESET|Parse Error/);
    for (const bytes of ['', '\0', '\x16\x03\x01', 'x'.repeat(100_000)]) {
      const socket = net.connect(mock.port, mock.host, () => socket.end(bytes));
      socket.on('error', () => {}).resume();
      await once(socket, 'close');
    }
    assert.equal((await mock.admin('GET', '/health')).status, 200);
  });

  it('HTTP/2 is not offered', async () => {
    const socket = await connect(mock, { ALPNProtocols: ['h2', 'http/1.1'] });
    assert.equal(socket.alpnProtocol, 'http/1.1');
    socket.destroy();
  });
});

describe('calls', () => {
  it('read and change state', async () => {
    const silo = mock.silo();
    assert.equal((await silo.api(FAIL, { ticket: 'mock-ticket-1', reason: 'ACCESS_DENIED' })).json.action, 'FORBIDDEN');
    assert.equal((await silo.admin('GET', `/services/${SERVICE}/tickets/mock-ticket-1`)).status, 404);
    await silo.drop();
  });

  it('that are large, both ways', async () => {
    const silo = mock.silo();
    const errorDescription = 'x'.repeat(1_000_000);
    const reply = await silo.api(FAIL, { errorDescription });
    assert.equal(JSON.parse(reply.json.responseContent).error_description, errorDescription);
    await silo.admin('PUT', '/snapshots/a');
    const image = await silo.call('GET', '/__admin/snapshots/a');
    assert.ok(image.bytes.length > 100_000);
    const put = await silo.call('PUT', '/__admin/snapshots/b', { headers: { 'Content-Type': 'application/octet-stream' }, body: image.bytes });
    assert.equal(put.status, 204, put.text);
    assert.deepEqual((await silo.call('GET', '/__admin/snapshots/b')).bytes, image.bytes);
    await silo.drop();
  });

  it('that come in small pieces, in one record, and many at a time', async () => {
    const [bytes, whole] = [failing('{"reason":"ACCESS_DENIED"}'), /"action":"FORBIDDEN"/g];
    const socket = await connect();
    socket.setNoDelay(true);
    for (let at = 0; at < bytes.length; at += 7) {
      socket.write(bytes.slice(at, at + 7));
      await later(1);
    }
    await until(() => socket.text.match(whole)?.length === 1, 'reply');
    socket.write(bytes.repeat(30)); // the library has them all, and the socket no more
    await until(() => socket.text.match(whole)?.length === 31, 'replies');
    socket.destroy();
    const replies = await Promise.all(Array.from({ length: 200 }, () => mock.api(FAIL, {})));
    assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  });

  it('that wait: for a delay, for the journal, twice on one connection', async () => {
    const silo = mock.silo();
    await silo.admin('POST', '/faults', { operation: FAIL, effect: { delayMs: 150 } });
    const socket = await connect();
    const start = performance.now();
    socket.write(failing('{}', silo.prefix).repeat(2));
    await until(() => socket.text.match(/"action"/g)?.length === 2, 'two replies');
    const took = performance.now() - start;
    assert.ok(took >= 295, `${took} ms`);
    const counted = silo.admin('GET', `/requests/count?operation=${FAIL}&atLeast=3&waitMs=20000`);
    await later(50);
    socket.write(failing('{}', silo.prefix));
    assert.equal((await counted).json.count, 3);
    socket.destroy();
    await silo.drop();
  });

  it('that stream', async () => {
    const silo = mock.silo();
    const socket = await connect();
    socket.write(request('GET', `${silo.prefix}/__admin/events`, { Connection: 'keep-alive' }));
    await until(() => /200 OK/.test(socket.text), 'head');
    for (let i = 1; i <= 5; i++) {
      await silo.api(FAIL, {});
      await until(() => socket.text.match(/^event: call$/mg)?.length === i, `event ${i}`);
    }
    await silo.drop();
    socket.destroy();
  });

  for (const [effect, body] of [[{ drop: 'before' }, ''], [{ drop: 'after' }, ''], [{ truncate: 5 }, '{"res']]) {
    it(`that go wrong: ${JSON.stringify(effect)}`, async () => {
      const silo = mock.silo();
      await silo.admin('POST', '/faults', { operation: FAIL, effect });
      const socket = await connect();
      socket.write(failing('{}', silo.prefix));
      await socket.ended;
      assert.equal(socket.text.split('\r\n\r\n')[1] ?? '', body);
      await silo.drop();
    });
  }

  it('the clusters that it lists have an https address', async () => {
    const reply = await mock.call('GET', '/api/apiserver', { headers: { Authorization: `Bearer ${ORGANIZATION_TOKEN}` } });
    assert.equal(reply.json[0].apiServerUrl, mock.url);
  });
});

describe('the end', () => {
  it('SIGTERM ends it within 100 ms, whatever the connections do', async () => {
    const times = [];
    for (let i = 0; i < 3; i++) { // the quickest counts: the machine may be busy
      const server = await startMock({ tls: pair, collect: false });
      await server.admin('POST', '/faults', { operation: FAIL, times: 5, effect: { delayMs: 60_000 } });
      const open = Array.from({ length: 5 }, () => connect(server));
      const sockets = await Promise.all([...open, ...open.map(() => connect(server))]);
      sockets.forEach((socket, n) => socket.write(['', 'GET /api/in', failing('{}'), request('GET', '/__admin/events'),
        request('GET', '/__admin/requests/count?atLeast=9&waitMs=60000')][n % 5]));
      const raw = ['', '\x16\x03\x01\x02\x00', 'GET / HTTP/1.1\r\n'].map((bytes) => {
        const socket = net.connect(server.port, server.host, () => socket.write(bytes, 'latin1'));
        return socket.on('error', () => {});
      });
      await until(() => sockets.filter(({ text }) => /200 OK/.test(text)).length === 2, 'streams');
      await later(50);
      await server.call('GET', '/__admin/health');
      const start = performance.now();
      await server.stop();
      times.push(performance.now() - start);
      [...sockets, ...raw].forEach((socket) => socket.destroy());
    }
    assert.ok(Math.min(...times) < 100, `${times.map(Math.round)} ms`);
  });

  it('a handshake that takes for ever is dropped after 30 s, an idle connection is not', async () => {
    const idle = await connect();
    idle.write(failing('{}'));
    const slow = net.connect(mock.port, mock.host);
    const dead = once(slow.on('error', () => {}), 'close');
    const start = performance.now();
    const bytes = Buffer.from('16030100ff010000fb0303', 'hex'); // a ClientHello that never ends
    let at = 0;
    const timer = setInterval(() => slow.write(at < bytes.length ? bytes.subarray(at, ++at) : 'x'), 1000);
    slow.resume();
    await dead;
    clearInterval(timer);
    const seconds = (performance.now() - start) / 1000;
    assert.ok(seconds > 28 && seconds < 40, `${seconds} s`);
    assert.equal(idle.closed, false);
    idle.write(failing('{}'));
    await until(() => idle.text.match(/"action"/g)?.length === 2, 'a second reply');
    idle.destroy();
  });
});

describe('healthcheck', () => {
  it('knows TLS by the settings or the URL, and asks for no trust', async () => {
    for (const [args, env] of [[['--port', mock.port, '--tls-cert', 'any']], [['--url', mock.url]], [['--url', `https://localhost:${mock.port}/`]],
      [[], { AUTHLETE_MOCK_PORT: mock.port, AUTHLETE_MOCK_TLS_CERT: pair.cert, AUTHLETE_MOCK_TLS_KEY: pair.key }]]) {
      const end = await run(['healthcheck', ...args], { env });
      assert.equal(end.code, 0, `${args.join(' ')}: ${end.stderr}`);
    }
  });

  it('1 without TLS where there is, with TLS where there is not, and where nobody answers', async () => {
    const plain = await startMock();
    const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    for (const args of [['--port', mock.port], ['--url', `https://127.0.0.1:${plain.port}`], ['--url', `https://127.0.0.1:${silent.address().port}`]]) {
      const start = performance.now();
      const end = await run(['healthcheck', ...args]);
      assert.equal(end.code, 1, args.join(' '));
      assert.match(end.stderr, /^[^\n]+\n$/);
      assert.ok(performance.now() - start < 5000);
    }
    silent.close();
    await plain.stop();
  });
});
