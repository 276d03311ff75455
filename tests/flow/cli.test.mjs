// The command line and the environment: settings, exit codes, what stands on stdout and stderr.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FAIL } from '../lib/check.mjs';
import { SERVICE, TOKEN, choosePort, run, startMock } from '../lib/mock.mjs';
import { connect, request } from '../lib/raw.mjs';

const directory = await mkdtemp(join(tmpdir(), 'authlete-mock-cli-'));
after(() => rm(directory, { recursive: true }));

/** All settings of the contract. */
const SETTINGS = [
  'host', 'port', 'threads', 'db', 'seed', 'seed-json', 'service', 'mode', 'max-body', 'max-connections',
  'journal-size', 'journal-bytes', 'max-silos', 'silo-ttl', 'max-memory', 'max-snapshot', 'admin-token', 'no-admin',
  'random-seed', 'self-check', 'ciba-slow-down', 'tls-cert', 'tls-key', 'log', 'port-file',
];

const oneLine = /^[^\n]+\n$/;
const healthy = async (mock) => assert.equal((await mock.call('GET', '/api/lifecycle/healthcheck')).status, 200);

/** Starts, looks, stops. */
async function withMock(options, work = healthy) {
  const mock = await startMock(options);
  try {
    await work(mock);
  } finally {
    await mock.stop();
  }
}

/** The start stops at once with one line on stderr that says this. */
async function assertNoStart(code, args, says, env) {
  const end = await run(args, { env });
  assert.equal(end.code, code, `${args.join(' ')}: ${end.stderr}`);
  assert.equal(end.stdout, '');
  assert.match(end.stderr, oneLine);
  for (const pattern of [says].flat()) assert.match(end.stderr, pattern);
}

describe('asking', () => {
  it('--help names the settings and commands on stdout', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    for (const name of SETTINGS) assert.match(stdout, new RegExp(`--${name}\\b`));
    for (const name of ['serve', 'exec', 'env', 'healthcheck', 'openapi']) assert.match(stdout, new RegExp(`authlete-mock \\[?${name}\\b`));
  });

  it('--version', async () => {
    const { code, stdout, stderr } = await run(['--version']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.match(stdout, /^authlete-mock \d+\.\d+\S*\n$/);
  });
});

describe('starting', () => {
  it('serve is the default command', () => withMock({ port: null, args: ['serve', '--port', '0'] }));
  it('a value after = or after a space', () => withMock({ port: null, args: ['--port=0', '--threads=1', '--max-body', '1024'] }, async (mock) => {
    await healthy(mock);
    assert.equal((await mock.api(FAIL, { errorDescription: 'x'.repeat(1024) })).status, 413);
  }));
  it('several threads', () => withMock({ args: ['--threads', '4'] }));
  it('a wildcard address is printed as one to call', () => withMock({ args: ['--host', '0.0.0.0'] }, async (mock) => {
    assert.equal(mock.url, `http://127.0.0.1:${mock.port}`);
    await healthy(mock);
  }));
  it('the default address is local only', () => withMock({}, (mock) => assert.equal(mock.host, '127.0.0.1')));

  it('--port-file holds the port when the ready line is out', () => {
    const file = join(directory, 'port');
    return withMock({ args: ['--port-file', file] }, async (mock) => {
      assert.equal((await readFile(file, 'utf8')).trim(), mock.port);
    });
  });

  it('a chosen port is taken', async () => {
    const port = choosePort();
    await withMock({ port }, (mock) => assert.equal(mock.port, port));
  });
});

describe('variables', () => {
  it('do what flags do', () => withMock({ port: null, env: { AUTHLETE_MOCK_PORT: '0', AUTHLETE_MOCK_MAX_BODY: '1024' } }, async (mock) => {
    assert.equal((await mock.api(FAIL, { errorDescription: 'x'.repeat(1024) })).status, 413);
  }));

  it('flags beat them', () => withMock({ args: ['--max-body=3000'], env: { AUTHLETE_MOCK_PORT: '1', AUTHLETE_MOCK_MAX_BODY: '1024' } }, async (mock) => {
    assert.equal((await mock.api(FAIL, { errorDescription: 'x'.repeat(1024) })).status, 200);
  }));

  it('a bad value stops the start', () =>
    assertNoStart(2, [], [/AUTHLETE_MOCK_PORT\b/, /abc/], { AUTHLETE_MOCK_PORT: 'abc' }));

  it('an unknown one is one warning with the nearest name', () =>
    withMock({ env: { AUTHLETE_MOCK_MAX_BODDY: '5' } }, async (mock) => {
      const lines = mock.stderr.split('\n').filter((line) => line.includes('AUTHLETE_MOCK_'));
      assert.equal(lines.length, 1, mock.stderr);
      assert.match(lines[0], /AUTHLETE_MOCK_MAX_BODDY\b.*AUTHLETE_MOCK_MAX_BODY\b/);
    }));

  it('those of Kubernetes and Docker links are ignored', () => withMock({
    env: {
      AUTHLETE_MOCK_SERVICE_HOST: '10.0.0.1', AUTHLETE_MOCK_SERVICE_PORT: '2884', AUTHLETE_MOCK_SERVICE_PORT_HTTP: '2884',
      AUTHLETE_MOCK_PORT: 'tcp://10.0.0.1:2884', AUTHLETE_MOCK_PORT_2884_TCP: 'tcp://10.0.0.1:2884',
      AUTHLETE_MOCK_PORT_2884_TCP_PROTO: 'tcp', AUTHLETE_MOCK_PORT_2884_TCP_PORT: '2884',
      AUTHLETE_MOCK_PORT_2884_TCP_ADDR: '10.0.0.1', AUTHLETE_MOCK_NAME: 'tcp://x', AUTHLETE_MOCK_LOG: 'udp://10.0.0.1:53',
    },
  }, async (mock) => {
    await healthy(mock);
    assert.doesNotMatch(mock.stderr, /AUTHLETE_MOCK_/);
  }));
});

describe('exit code 2: usage', () => {
  for (const [args, ...says] of [
    [['--prot', '1'], /--prot\b/, /--port\b/],
    [['--nope'], /--nope\b/],
    [['-x'], /-x\b/],
    [['frobnicate'], /frobnicate/],
    [['serve', 'again'], /again/],
    [['--port'], /--port\b/],
    [['--port='], /--port\b/],
    [['--port', 'abc'], /--port\b/, /abc/],
    [['--port', '-1'], /--port\b/, /-1/],
    [['--port', '65536'], /--port\b/, /65536/],
    [['--port', '1e3'], /--port\b/],
    [['--port', '99999999999999999999'], /--port\b/],
    [['--threads', '0'], /--threads\b/],
    [['--threads', 'many'], /--threads\b/, /many/],
    [['--max-body', '-5'], /--max-body\b/],
    [['--max-connections', '0'], /--max-connections\b/],
    [['--mode', 'loose'], /--mode\b/, /faithful/, /strict/],
    [['--log', 'loud'], /--log\b/, /text/, /off/],
    [['--service', 'abc'], /--service\b/, /abc/],
    [['--service', '12'], /--service\b/],
    [['--service', '12:'], /--service\b/],
    [['--service', '12:two words'], /--service\b/, /spaces/],
    [['--service', 'x:token'], /--service\b/],
    [['--service', '99999999999999999999:token'], /--service\b/],
    [['--seed', 'a.json', '--seed-json', '{}'], /--seed\b/, /--seed-json\b/],
    [['healthcheck', '--nope'], /--nope\b/],
  ]) it(args.join(' '), () => assertNoStart(2, args, says));

  it('a seed by flag and by variable', () =>
    assertNoStart(2, ['--seed-json', '{}'], /seed/i, { AUTHLETE_MOCK_SEED: join(directory, 'seed.json') }));
});

describe('exit code 3: cannot bind', () => {
  it('the port is in use', () => withMock({}, (mock) =>
    assertNoStart(3, ['--port', mock.port], new RegExp(`\\b${mock.port}\\b`))));
  it('the address is not of this machine', () =>
    assertNoStart(3, ['--port', '0', '--host', '203.0.113.1'], /203\.0\.113\.1/));
});

describe('healthcheck', () => {
  it('0 while the server is up, 1 after', async () => {
    const mock = await startMock();
    const ways = [[['healthcheck', '--url', mock.url]], [['healthcheck', `--url=${mock.url}/`]],
      [['healthcheck', '--port', mock.port]], [['healthcheck'], { AUTHLETE_MOCK_PORT: mock.port }]];
    for (const [args, env] of ways) assert.equal((await run(args, { env })).code, 0, args.join(' '));
    await mock.stop();
    for (const [args, env] of ways) assert.equal((await run(args, { env })).code, 1, args.join(' '));
  });

  it('1 when the answer is not 200, or never comes', async () => {
    for (const answer of [(response) => response.writeHead(500).end('OK'), (response) => response.socket.end('nonsense'), () => {}]) {
      const server = http.createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const end = await run(['healthcheck', '--url', `http://127.0.0.1:${server.address().port}`]);
      server.close();
      server.closeAllConnections?.();
      assert.deepEqual([end.code, end.signal], [1, null]);
    }
  });

  it('1 when it takes more than two seconds, although each byte comes in time', async () => {
    const server = net.createServer(async (socket) => {
      socket.on('error', () => {});
      for (const byte of 'HTTP/1.1 200 OK\r\n\r\n') {
        if (!socket.destroyed) socket.write(byte);
        await new Promise((resolve) => { setTimeout(resolve, 300); });
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    assert.equal((await run(['healthcheck', '--url', `http://127.0.0.1:${server.address().port}`])).code, 1);
    server.close();
  });
});

describe('stopping', () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    it(`${signal} ends it within 100 ms, whoever is connected`, async () => {
      const times = [];
      for (let i = 0; i < 10 && !(Math.min(...times) < 100); i++) { // the quickest counts: the machine may be busy
        const mock = await startMock();
        const sockets = await Promise.all(Array.from({ length: 20 }, () => connect(mock.port)));
        sockets.forEach((socket, n) => socket.write(['', 'GET /api/in', request('POST', `/api/${SERVICE}/${FAIL}`,
          { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', 'Content-Length': '50' }, '{')][n % 3]));
        await healthy(mock);
        const start = performance.now();
        await mock.stop(signal);
        times.push(performance.now() - start);
        sockets.forEach((socket) => socket.destroy());
      }
      assert.ok(Math.min(...times) < 100, `${times.map(Math.round)} ms`);
    });
  }
});

describe('--log', () => {
  const secrets = [TOKEN, 'mock-service-secret', 'very-secret-ticket-0123456789', 'wrong-token-0123456789', 'wrong-secret-0123'];
  const basic = (secret) => `Basic ${Buffer.from(`${SERVICE}:${secret}`).toString('base64')}`;

  async function talk(mock) {
    const ticket = secrets[2];
    const json = { 'Content-Type': 'application/json' };
    await mock.admin('POST', `/services/${SERVICE}/tickets`, { ticket });
    await mock.admin('GET', `/services/${SERVICE}/tickets/${ticket}`);
    await mock.api(FAIL, { ticket, reason: 'ACCESS_DENIED', errorDescription: 'one\ntwo' });
    await mock.api(FAIL, { ticket }, { token: secrets[3] });
    for (const secret of [secrets[1], secrets[4]]) {
      await mock.call('POST', `/api/${FAIL}`, { headers: { ...json, Authorization: basic(secret) }, body: '{}' });
    }
    await mock.call('GET', `/nowhere?token=${TOKEN}`);
    await mock.call('GET', '/no%0Awhere%1b%5b31m');
    return 8;
  }

  it('text: one line per call on stderr, secrets not whole', async () => {
    const mock = await startMock({ args: ['--log', 'text'], collect: false });
    const before = mock.stderr.split('\n').length;
    const calls = await talk(mock);
    await mock.stop();
    const lines = mock.stderr.split('\n').slice(before - 1).filter((line) => /\b(GET|POST) \//.test(line));
    assert.equal(lines.length, calls, mock.stderr);
    assert.match(lines[2], new RegExp(`POST \\S*/${FAIL}\\b.* 200\\b`));
    assert.match(lines[3], / 401\b/);
    for (const secret of [...secrets, basic(secrets[1]).slice(6)]) assert.ok(!mock.stderr.includes(secret), secret);
    assert.doesNotMatch(mock.stderr, /[^\n\x20-\x7e]/, 'plain characters only');
  });

  it('off: silence', async () => {
    const mock = await startMock({ args: ['--log', 'off'] });
    await talk(mock);
    await mock.stop();
    assert.equal(mock.stderr, '');
  });
});
