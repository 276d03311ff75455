// exec: a server for as long as a command runs, and env, which prints what exec exports.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FAIL } from '../lib/check.mjs';
import { SERVICE, TOKEN, binary, choosePort, environment, run, withMock } from '../lib/mock.mjs';
import { sanitized } from '../lib/process.mjs';

const directory = await mkdtemp(join(tmpdir(), 'authlete-mock-exec-'));
after(() => rm(directory, { recursive: true }));

const node = (script) => ['exec', '--', process.execPath, '--input-type=module', '-e', script];
const sh = (script, ...settings) => ['exec', ...settings, '--', 'sh', '-c', script];
const ready = /^authlete-mock ready http:\/\/127\.0\.0\.1:(\d+)\n/;

/** A command that calls the API as an SDK would, with what it finds in its environment. */
const caller = (...calls) => node(`
  const { AUTHLETE_BASE_URL: url, AUTHLETE_SERVICE_ID: id, AUTHLETE_BEARER: token } = process.env;
  for (const [prefix, body, code] of ${JSON.stringify(calls)}) {
    const reply = await fetch(url + prefix + '/api/' + id + '/${FAIL}', {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + token },
    });
    process.exitCode = code;
    console.log(reply.status);
  }`);

const children = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

/** Starts the binary; `line` waits for a line of the command's own on its stdout. */
function start(args, { wrap = [], ...options } = {}) {
  const [file, ...rest] = [...wrap, binary, ...args];
  const child = spawn(file, rest, { env: environment(), stdio: ['pipe', 'pipe', 'pipe'], ...options });
  const out = { child, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => { out.stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text) => { out.stderr += text; });
  out.end = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  out.line = async (text) => {
    while (!out.stdout.includes(`${text}\n`)) {
      await Promise.race([once(child.stdout, 'data'), out.end.then(() => { throw new Error(`it ended: ${out.stderr}`); })]);
    }
  };
  return out;
}

/** script(1) gives the line a terminal; null without it. The byte 3 is Ctrl-C, which the kernel sends to all of the group, also
 * to the shell that script starts: bash leaves it to its command to say what that means, others end by it. */
async function terminal(line) {
  const child = spawn('script', ['-qec', `${line}; exit $?`, '/dev/null'], { env: environment({ SHELL: '/bin/bash' }), stdio: ['pipe', 'pipe', 'ignore'] });
  const failed = await Promise.race([once(child, 'error'), once(child, 'spawn').then(() => null)]).catch((error) => error);
  if (failed) return null;
  child.text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => { child.text += piece; });
  return child;
}

describe('exec', () => {
  it('gives the command its own streams and the exit code back', async () => {
    const it = start(sh('cat; echo to-stderr >&2; exit 7'));
    it.child.stdin.end('from stdin');
    assert.deepEqual(await it.end, { code: 7, signal: null });
    assert.equal(it.stdout, 'from stdin');
    assert.match(it.stderr, ready);
    assert.match(it.stderr, /\nto-stderr\n/);
  });

  it('says nothing but the ready line when the command succeeds', async () => {
    const end = await run(caller(['', { ticket: 'mock-ticket-1' }, 0], ['', { reason: 'NOPE' }, 0]));
    assert.equal(end.code, 0);
    assert.equal(end.stdout, '200\n400\n');
    assert.match(end.stderr, new RegExp(`${ready.source}$`));
  });

  it('tells of the refused calls of all silos when it fails, without secrets', async () => {
    const secret = 'a-ticket-that-nobody-may-see';
    const end = await run(caller(['', {}, 0], ['', { reason: 'NOPE', ticket: secret }, 0], ['/s/mine', { reason: 5 }, 3]));
    assert.equal(end.code, 3);
    assert.equal(end.stdout, '200\n400\n400\n');
    const [, summary, first, second, ...none] = end.stderr.trimEnd().split('\n');
    assert.match(summary, /exit code 3; calls to the API: 3, refused: 2:$/);
    assert.match(first, new RegExp(` 2 POST ${FAIL} service=${SERVICE} 400 A126202 .*/reason: .* \\(hint: .+\\)$`));
    assert.match(second, new RegExp(` mine/1 POST ${FAIL} service=${SERVICE} 400 A126202 `));
    assert.deepEqual(none, []);
    for (const text of [secret, TOKEN]) assert.ok(!end.stderr.includes(text), text);
  });

  it('says so when no call came', async () => {
    const end = await run(sh('exit 1'));
    assert.equal(end.code, 1);
    assert.match(end.stderr, /calls to the API: 0, refused: 0\n$/);
  });

  it('tells of the last hundred refusals, and how many the journal has lost', async () => {
    const calls = Array.from({ length: 130 }, () => ['', { reason: 'NOPE' }, 1]);
    const [, ...command] = caller(...calls);
    for (const [size, says] of [[1000, /calls to the API: 130, refused: 130, the last 100 of them:/],
      [20, /calls to the API: 20, dropped from the journal: 110, refused: 20:/]]) {
      const end = await run(['exec', '--journal-size', String(size), ...command]);
      assert.match(end.stderr, says);
      assert.equal(end.stderr.match(/ A126202 /g).length, Math.min(size, 100));
      assert.match(end.stderr, / 130 POST /);
    }
  });

  it('leaves a large stdout as it is', async () => {
    const it = start(sh('head -c 20000000 /dev/zero'));
    let n = 0;
    it.child.stdout.removeAllListeners('data');
    it.child.stdout.on('data', (chunk) => { n += chunk.length; });
    it.child.stdin.end();
    assert.deepEqual(await it.end, { code: 0, signal: null });
    assert.equal(n, 20_000_000);
  });

  it('waits for a command that ends at once', async () => {
    for (let i = 0; i < 10; i++) assert.equal((await run(['exec', '--threads', '1', '--', 'false'])).code, 1);
  });

  it('logs calls when it is asked to', async () => {
    const [, ...command] = caller(['', {}, 0]);
    assert.match((await run(['exec', '--log', 'text', ...command])).stderr, new RegExp(`POST /${FAIL} `));
  });

  it('takes the port it is told', async () => {
    const port = choosePort();
    assert.equal(ready.exec((await run(['exec', '--port', port, '--', 'true'])).stderr)[1], port);
    assert.equal(ready.exec((await run(['exec', '--', 'true'], { env: { AUTHLETE_MOCK_PORT: port } })).stderr)[1], port);
  });

  it('runs npm scripts', async () => {
    await writeFile(join(directory, 'package.json'), JSON.stringify({ scripts: { test: 'node test.mjs' } }));
    await writeFile(join(directory, 'test.mjs'), `
      const { AUTHLETE_BASE_URL: url, AUTHLETE_SERVICE_ID: id, AUTHLETE_BEARER: token } = process.env;
      const reply = await fetch(url + '/api/' + id + '/service/get', { headers: { Authorization: 'Bearer ' + token } });
      process.exitCode = reply.status === 200 && (await reply.json()).apiKey === Number(id) ? 0 : 1;`);
    const it = start(['exec', '--', 'npm', 'test'], { cwd: directory });
    assert.deepEqual(await it.end, { code: 0, signal: null }, it.stderr);
  });
});

describe('exec that cannot', () => {
  for (const [name, args, code, says] of [
    ['no such command', ['exec', '--', 'no-such-command-here'], 127, /"no-such-command-here" is not found/],
    ['no command that can be run', ['exec', '--', '/'], 126, /"\/" cannot be run: Permission denied/],
    ['a bad seed', ['exec', '--seed-json', '{"servces":[]}', '--', 'echo', 'ran'], 4, /servces/],
    ['a seed that is not there', ['exec', '--seed', join(directory, 'none.json'), '--', 'echo', 'ran'], 4, /none\.json/],
    ['no --', ['exec', 'npm', 'test'], 2, /put -- before .* not "npm"/],
    ['no command', ['exec', '--port=0', '--'], 2, /needs -- and the command/],
    ['an unknown flag', ['exec', '--prot', '1', '--', 'true'], 2, /unknown flag --prot/],
  ]) {
    it(name, async () => {
      const end = await run(args);
      assert.equal(end.code, code, end.stderr);
      assert.equal(end.stdout, '');
      assert.match(end.stderr, says);
      assert.match(end.stderr.replace(ready, ''), /^[^\n]+\n$/);
    });
  }

  it('a port in use', () => withMock({}, async (mock) => {
    const end = await run(['exec', '--port', mock.port, '--', 'echo', 'ran']);
    assert.equal(end.code, 3);
    assert.equal(end.stdout, '');
    assert.match(end.stderr, new RegExp(`^[^\\n]*\\b${mock.port}\\b[^\\n]*\\n$`));
  }));

  it('a script that is not executable', async () => {
    const file = join(directory, 'script');
    await writeFile(file, '#!/bin/sh\n');
    await chmod(file, 0o644);
    assert.equal((await run(['exec', '--', file])).code, 126);
  });
});

describe('exec and signals', () => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']) {
    it(`${signal} goes to the command, once, which decides`, async () => {
      const it = start(node(`
        let times = 0;
        process.on('${signal}', () => { times += 1; setTimeout(() => process.exit(40 + times), 200); });
        setInterval(() => {}, 1000);
        console.log('up');`));
      await it.line('up');
      it.child.kill(signal);
      assert.deepEqual(await it.end, { code: 41, signal: null });
    });
  }

  for (const [trap, code, says] of [['', 130, false], ['trap "" INT; ', 0, true]]) {
    it(`Ctrl-C while the server starts: ${says ? 'ignored by who started it' : 'the command is not run'}`, async (t) => {
      const seed = join(directory, `seed-${code}.fifo`);
      execFileSync('mkfifo', [seed]);
      const child = await terminal(`${trap}'${binary}' exec --seed '${seed}' -- echo ran`);
      if (!child) return t.skip('there is no script(1)');
      const file = await open(seed, 'w'); // opens once the server reads
      child.stdin.write('\x03');
      await new Promise((resolve) => { setTimeout(resolve, 200); });
      await file.writeFile('{}');
      await file.close();
      const [ended] = await once(child, 'close');
      return assert.deepEqual([ended, /\nran\r?\n/.test(child.text)], [code, says], child.text);
    });
  }

  for (const [signal, code] of [['TERM', 143], ['KILL', 137], ['SEGV', 139]]) {
    it(`a command that SIG${signal} ends: ${code}`, async () => {
      const end = await run(sh(`ulimit -c 0; kill -${signal} $$`));
      assert.deepEqual([end.code, end.signal], [code, null]);
    });
  }

  it('waits for a command that does not end on SIGTERM', async () => {
    const it = start(node(`
      process.on('SIGTERM', () => console.log('no'));
      process.on('SIGINT', () => process.exit(9));
      setInterval(() => {}, 1000);
      console.log('up');`));
    await it.line('up');
    it.child.kill('SIGTERM');
    await it.line('no');
    const [, port] = ready.exec(it.stderr);
    assert.equal((await fetch(`http://127.0.0.1:${port}/__admin/health`)).status, 200);
    it.child.kill('SIGINT');
    assert.deepEqual(await it.end, { code: 9, signal: null });
  });

  for (const [what, wrap] of [['the one of a terminal is not doubled', []], ['the one of a terminal reaches a command with a session of its own', ['setsid']]]) {
    it(`Ctrl-C: ${what}`, async (t) => {
      const [, , ...command] = node(`
        let times = 0;
        process.on('SIGINT', () => { times += 1; setTimeout(() => process.exit(40 + times), 600); });
        setInterval(() => {}, 1000);
        console.log('up');`);
      const line = [binary, 'exec', '--', ...wrap, ...command].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
      const child = await terminal(line);
      if (!child) return t.skip('there is no script(1)');
      while (!/up\r?\n/.test(child.text)) await once(child.stdout, 'data');
      // it sleeps meanwhile, so that one signal does not swallow the other
      const mock = children(children(child.pid)[0])[0];
      process.kill(mock, 'SIGSTOP');
      child.stdin.write('\x03');
      await new Promise((resolve) => { setTimeout(resolve, 200); });
      process.kill(mock, 'SIGCONT');
      const [code] = await once(child, 'close');
      return assert.equal(code, 41, child.text);
    });
  }

  it('the command finds no signal blocked or ignored, no file of ours, and its own limits', async () => {
    const facts = ['SigBlk', 'SigIgn'].map((name) => `grep -E '^${name}:\\s*0*[1-9a-f]' /proc/self/status`).join('; ');
    // of files that only the server has open, a command would see these
    const files = 'for f in /proc/self/fd/[3-9]* /proc/self/fd/[12]?; do echo "$f $(readlink $f)"; done | grep -E "socket|event|anon_inode|\\.db"';
    const it = start(sh(`exec 2>&1; ${facts}; ulimit -Sn; ${files}; true`, '--db', join(directory, 'x.db')),
      { wrap: ['sh', '-c', 'ulimit -Sn 500; exec "$0" "$@"'] });
    it.child.stdin.end();
    assert.equal((await it.end).code, 0, it.stderr);
    assert.equal(it.stdout, '500\n');
  });

  it('is a good PID 1: ends with the command, and buries the dead', { skip: sanitized && 'slow' }, async (t) => {
    const wrap = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
    const able = await once(spawn(wrap[0], [...wrap.slice(1), 'true'], { stdio: 'ignore' }), 'close').catch(() => [1]);
    if (able[0] !== 0) return t.skip('no PID namespaces here');
    const it = start(sh(`
      [ $PPID = 1 ] || exit 3
      (sleep 0.05 &) ; (true &) ; sleep 0.3
      grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null && exit 4
      trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done`), { wrap });
    await it.line('up');
    const [, port] = ready.exec(it.stderr);
    assert.equal((await fetch(`http://127.0.0.1:${port}/__admin/health`)).status, 200);
    // unshare itself has the signal ignored; its child is what we want
    process.kill(children(it.child.pid)[0], 'SIGTERM');
    return assert.equal((await it.end).code, 5, it.stderr);
  });
});

/** The lines of env as an object, read by a shell. */
async function evaluate(args, env) {
  const child = spawn('sh', ['-c', 'set -e; lines=$("$0" "$@"); eval "$lines"; env -0', binary, 'env', ...args],
    { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => { text += piece; });
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  return Object.fromEntries(text.split('\0').filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** What a command of exec finds. */
async function inherit(args, env) {
  const end = await run(['exec', ...args, '--', 'env', '-0'], { env });
  assert.equal(end.code, 0, end.stderr);
  const variables = Object.fromEntries(end.stdout.split('\0').filter(Boolean)
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  return { variables, url: ready.exec(end.stderr)[0].trim().split(' ')[2] };
}

/** By reader, what the built-in seed gives; see the README. */
const expected = (url) => ({
  AUTHLETE_MOCK_URL: url, AUTHLETE_BASE_URL: url, AUTHLETE_SERVER_URL: url, AUTHLETE_API_URL: url, AUTHLETE_API_SERVER: url,
  AUTHLETE_IDP_URL: url, AUTHLETE_IDP_SERVER: url, API_BASE_URL: url,
  AUTHLETE_API_VERSION: 'V3',
  AUTHLETE_SERVICE_ID: SERVICE, AUTHLETE_SERVICE_APIKEY: SERVICE, SERVICE_ID: SERVICE,
  AUTHLETE_SERVICE_APISECRET: 'mock-service-secret',
  AUTHLETE_BEARER: TOKEN, AUTHLETE_BEARER_TOKEN: TOKEN, AUTHLETE_API_TOKEN: TOKEN, SERVICE_TOKEN: TOKEN,
  AUTHLETE_SERVICE_ACCESSTOKEN: TOKEN, AUTHLETE_SERVICE_ACCESS_TOKEN: TOKEN,
  AUTHLETE_SERVICEOWNER_APIKEY: 'mock-owner-key', AUTHLETE_SO_KEY: 'mock-owner-key',
  AUTHLETE_SERVICEOWNER_APISECRET: 'mock-owner-secret',
  AUTHLETE_SERVICEOWNER_ACCESSTOKEN: 'mock-org-token', AUTHLETE_SO_SECRET: 'mock-org-token', AUTHLETE_TOKEN: 'mock-org-token',
  ORGANIZATION_ACCESS_TOKEN: 'mock-org-token', ORG_TOKEN: 'mock-org-token',
  AUTHLETE_API_SERVER_ID: '53285', AUTHLETE_ORGANIZATION_ID: '1', ORGANIZATION_ID: '1',
});
const subset = (of, like) => Object.fromEntries(Object.keys(like).map((name) => [name, of[name]]));

describe('what is exported', () => {
  it('by exec', async () => {
    const { variables, url } = await inherit([]);
    assert.deepEqual(subset(variables, expected(url)), expected(url));
  });

  it('by env', async () => {
    const url = 'http://127.0.0.1:2884';
    assert.deepEqual(subset(await evaluate([]), expected(url)), expected(url));
    const { stdout } = await run(['env']);
    for (const line of stdout.trimEnd().split('\n')) assert.match(line, /^export [A-Z_]+='[^']*'$/);
    assert.equal(stdout.trimEnd().split('\n').length, Object.keys(expected(url)).length);
  });

  it('with the URL of --port, --host or --url', async () => {
    for (const [args, url] of [[['--port=1234'], 'http://127.0.0.1:1234'], [['--host', '0.0.0.0'], 'http://127.0.0.1:2884'],
      [['--host', '::1'], 'http://[::1]:2884'], [['--url', 'http://mock:80/s/x/'], 'http://mock:80/s/x'],
      [['--port', '0', '--url=https://mock'], 'https://mock']]) {
      assert.equal((await evaluate(args)).AUTHLETE_BASE_URL, url, args.join(' '));
    }
    assert.equal((await evaluate([], { AUTHLETE_MOCK_PORT: '99' })).AUTHLETE_BASE_URL, 'http://127.0.0.1:99');
  });

  it('of the first service of the seed; what it lacks is unset, and quotes are quoted', async () => {
    const seed = JSON.stringify({ services: [{ serviceId: 7, accessTokens: [{ token: `it's"$HOME"\`x\`;#` }, 'second'] }, { serviceId: 8, accessTokens: ['other'] }] });
    const real = { AUTHLETE_SERVICEOWNER_ACCESSTOKEN: 'a real one', AUTHLETE_SERVICE_APISECRET: 'too', AUTHLETE_BASE_URL: 'https://real.example.com' };
    for (const variables of [await evaluate(['--seed-json', seed], real), (await inherit(['--seed-json', seed], real)).variables]) {
      assert.equal(variables.AUTHLETE_SERVICE_ID, '7');
      assert.equal(variables.AUTHLETE_BEARER, `it's"$HOME"\`x\`;#`);
      assert.equal(variables.AUTHLETE_SERVICEOWNER_ACCESSTOKEN, undefined);
      assert.equal(variables.AUTHLETE_SERVICE_APISECRET, undefined);
      assert.match(variables.AUTHLETE_BASE_URL, /^http:\/\/127/);
    }
  });

  it('of --service where the seed has no service, or no token for its first', async () => {
    for (const seed of ['{}', '{"services":[{"serviceId":5}]}']) {
      const variables = await evaluate(['--seed-json', seed, '--service', '5:five', '--service=6:six']);
      assert.deepEqual([variables.SERVICE_ID, variables.SERVICE_TOKEN], ['5', 'five']);
    }
  });

  it('leaves an API version that is set, and the settings of the server out', async () => {
    const env = { AUTHLETE_API_VERSION: 'V2', AUTHLETE_MOCK_MODE: 'strict', AUTHLETE_MOCK_THREADS: '1', OTHER: 'x' };
    const { variables } = await inherit([], env);
    assert.equal(variables.AUTHLETE_API_VERSION, 'V2');
    assert.equal(variables.OTHER, 'x');
    assert.deepEqual(Object.keys(variables).filter((name) => name.startsWith('AUTHLETE_MOCK_')), ['AUTHLETE_MOCK_URL']);
    assert.equal((await evaluate([], env)).AUTHLETE_API_VERSION, 'V2');
  });

  it('a mock within a mock is one of its own', async () => {
    const end = await run(['exec', '--mode', 'strict', '--', binary, 'exec', '--', 'sh', '-c', 'echo $AUTHLETE_MOCK_URL'],
      { env: { AUTHLETE_MOCK_SEED_JSON: '{}' } });
    const [outer, inner] = [...end.stderr.matchAll(/ready (\S+)/g)].map(([, url]) => url);
    assert.equal(end.stdout, `${inner}\n`);
    assert.notEqual(outer, inner);
    assert.doesNotMatch(end.stderr, /warning/);
  });

  for (const [args, code, says] of [
    [['--port', '0'], 2, /--port 0.*--url/],
    [['--url', 'ftp://x'], 2, /--url takes/],
    [['--url', 'http://'], 2, /--url takes/],
    [['--url', 'http://a b'], 2, /--url takes/],
    [['--nope'], 2, /--nope/],
    [['more'], 2, /more/],
    [['--seed', '/no/such/seed.json'], 4, /seed\.json/],
  ]) {
    it(`env ${args.join(' ')}: exit ${code}`, async () => {
      const end = await run(['env', ...args]);
      assert.equal(end.code, code);
      assert.equal(end.stdout, '');
      assert.match(end.stderr, says);
      assert.match(end.stderr, /^[^\n]+\n$/);
    });
  }
});
