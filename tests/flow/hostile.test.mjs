// Clients that lie, stall, flood and break off. The server stays up and small, keeps answering the
// well-behaved, and no ticket is lost.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { FAIL, hasTicket, listTickets, newTickets, until } from '../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../lib/mock.mjs';
import { fileLimit, memory, sanitized } from '../lib/process.mjs';
import { connect, request, statusOf } from '../lib/raw.mjs';

const PATH = `/api/${SERVICE}/${FAIL}`;
const AUTHORIZED = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
const FORM = { ...AUTHORIZED, 'Content-Type': 'application/x-www-form-urlencoded' };
const post = (body, headers = AUTHORIZED, path = PATH) => request('POST', path, headers, body);
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function assertMemory(mock, megabytes) {
  const { peak } = memory(mock.pid);
  console.log(`# peak memory ${peak.toFixed(1)} MB`);
  if (!sanitized) assert.ok(peak <= megabytes, `at most ${megabytes} MB, peak was ${peak.toFixed(1)} MB`);
}

/** A well-behaved client is answered, and the quickest of three calls is quick. */
async function assertAnswers(mock) {
  const times = [];
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    const reply = await mock.api(FAIL, { reason: 'ACCESS_DENIED' }, { headers: { Connection: 'close' } });
    times.push(performance.now() - start);
    assert.equal(reply.json?.action, 'FORBIDDEN', reply.text);
  }
  const limit = sanitized ? 2500 : 250; // a sanitized server is slower by what only the machine knows
  assert.ok(Math.min(...times) < limit, `${times.map(Math.round)} ms`);
}

describe('hostile clients', { concurrency: 2 }, () => {
  describe('deadlines', () => {
    it('a request that is not whole after 30 s is dropped, a connection kept alive is not', async () => {
      const mock = await startMock();
      const start = performance.now();
      const seconds = () => (performance.now() - start) / 1000;
      const clients = {
        'half a header': { first: 'POST /api/in' },
        'a header byte by byte': { first: 'GET /api/info HTTP/1.1\r\nX: ', drip: 'x' },
        'a header line by line': { first: 'GET /api/info HTTP/1.1\r\n', drip: 'X: y\r\n' },
        'half a body': { first: post('{"a', { ...AUTHORIZED, 'Content-Length': 500 }) },
        'a body byte by byte': { first: post('{', { ...AUTHORIZED, 'Content-Length': 500 }), drip: ' ' },
        'chunk by chunk': { first: post('', { ...AUTHORIZED, 'Transfer-Encoding': 'chunked' }), drip: '1\r\n \r\n' },
        'kept alive': { first: 'GET /api/info HTTP/1.1\r\nHost: x\r\n\r\n', idle: true },
      };
      for (const client of Object.values(clients)) {
        client.socket = await connect(mock.port);
        client.socket.on('close', () => { client.closedAt = seconds(); });
        client.socket.resume().write(client.first);
      }
      const dripping = setInterval(() => {
        for (const { socket, drip } of Object.values(clients)) if (drip && socket.writable) socket.write(drip);
      }, 500);
      const mortal = Object.values(clients).filter(({ idle }) => !idle);
      await until(() => mortal.every(({ closedAt }) => closedAt), 'all slow requests are dropped', 45_000).finally(() => {
        clearInterval(dripping);
        Object.values(clients).forEach(({ socket }) => socket.destroy());
      });
      for (const [what, { closedAt, idle }] of Object.entries(clients)) {
        if (idle) assert.equal(closedAt, undefined, what);
        else assert.ok(closedAt > 27 && closedAt < 36, `${what}: dropped after ${closedAt.toFixed(1)} s`);
      }
      await mock.stop();
    });
  });

  describe('one server under all of it', { concurrency: 1 }, () => {
    let mock;
    let tickets; // those that must be there in the end
    let unused; // each test that tries to get one deleted takes its own
    let victim;
    before(async () => {
      mock = await startMock();
      unused = await newTickets(mock, 500);
      tickets = await listTickets(mock);
    });
    beforeEach(() => { victim = unused.pop(); });
    after(() => mock.stop());

    const body = () => JSON.stringify({ ticket: victim, reason: 'ACCESS_DENIED' });
    const withBytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
    const nested = (open, close, depth) => `{"ticket":"${victim}","x":${open.repeat(depth)}${close.repeat(depth)}}`;
    const chunked = (...chunks) => withBytes(post('', { ...AUTHORIZED, 'Transfer-Encoding': 'chunked' }), ...chunks);
    const length = (value) => post(body(), { ...AUTHORIZED, 'Content-Length': value });

    // Requests that are wrong: the bytes, and the status if the reply must have one. Without a status
    // the server may answer 4xx or 5xx, close, or wait for more until its deadline.
    const broken = {
      'NUL in the request line': () => [withBytes(`POST ${PATH}\0 HTTP/1.1\r\n`, post(body()).subarray(post('').indexOf('\n') + 1))],
      'NUL in the path, encoded': () => [post(body(), AUTHORIZED, `${PATH}%00`), 404],
      'NUL in a header name': () => [post(body(), { ...AUTHORIZED, 'X\0Y': 'z' })],
      'NUL in Authorization': () => [post(body(), { ...AUTHORIZED, Authorization: `Bearer ${TOKEN}\0x` })],
      'NUL in the body': () => [post(`${body()}\0`), 400],
      'NUL inside a JSON string': () => [post(`{"ticket":"${victim}\0"}`), 400],
      'invalid UTF-8 in the path, encoded': () => [post(body(), AUTHORIZED, `${PATH}%FF%FE`), 404],
      'invalid UTF-8 in the path, raw': () => [post(body(), AUTHORIZED, `${PATH}\xff\xfe`)],
      'invalid UTF-8 in Authorization': () => [post(body(), { ...AUTHORIZED, Authorization: 'Bearer \xff\xfe' }), 401],
      'invalid UTF-8 in Content-Type': () => [post(body(), { ...AUTHORIZED, 'Content-Type': '\xff\xfe' }), 415],
      'invalid UTF-8 in the body': () => [post(withBytes(`{"ticket":"${victim}","x":"`, [0xff], '"}')), 400],
      'invalid UTF-8 in a form': () => [post(`ticket=${victim}&x=%C3%28`, FORM), 400],
      'a broken percent sign in the path': () => [post(body(), AUTHORIZED, `${PATH}%`), 404],
      'a duplicate JSON member': () => [post(`{"ticket":"${victim}","ticket":"${victim}"}`), 400],
      'a duplicate form member': () => [post(`ticket=${victim}&ticket=${victim}`, FORM), 400],
      '100,000 arrays deep': () => [post(nested('[', ']', 100_000)), 400],
      '100,000 objects deep': () => [post(nested('{"a":', '}', 100_000)), 400],
      '100,000 arrays never closed': () => [post(`{"ticket":"${victim}","x":${'['.repeat(100_000)}`), 400],
      '60,000 members and one again': () => [post(`{"ticket":"${victim}",${Array.from({ length: 60_000 }, (_, i) => `"a${i}":0`)},"a0":0}`), 400],
      '500,000 form members': () => [post(`ticket=${victim}${'&a'.repeat(500_000)}`, FORM), 400],
      'a number of 1,000,000 digits and no end': () => [post(`{"ticket":"${victim}","x":${'9'.repeat(1_000_000)}`), 400],
      '10,000 headers': () => [withBytes(post(body()).subarray(0, -body().length - 2), 'X: y\r\n'.repeat(10_000), '\r\n', body())],
      'a header of 1 MB': () => [post(body(), { 'X-Long': 'x'.repeat(1_000_000), ...AUTHORIZED })],
      'a header name of 1 MB': () => [post(body(), { ['x'.repeat(1_000_000)]: 'y', ...AUTHORIZED })],
      'a token of 1 MB': () => [post(body(), { ...AUTHORIZED, Authorization: `Bearer ${'x'.repeat(1_000_000)}` })],
      'a URL of 1 MB': () => [post(body(), AUTHORIZED, `/${'x'.repeat(1_000_000)}`)],
      'a URL of 10,000 segments': () => [post(body(), AUTHORIZED, `${'/a'.repeat(10_000)}`)],
      'a query of 1 MB': () => [post(body(), AUTHORIZED, `${PATH}?${'a=b&'.repeat(250_000)}`)],
      ...Object.fromEntries(Object.entries({
        'no number': () => 'abc', 'a negative one': () => '-1', 'a sign': (n) => `+${n}`, 'a fraction': (n) => `${n}.0`,
        hexadecimal: (n) => `0x${n.toString(16)}`, 'letters after it': (n) => `${n}x`, 'two values': (n) => `${n}, ${n + 1}`,
        'more than 64 bits': (n) => 2n ** 64n + BigInt(n), nothing: () => '',
      }).map(([what, value]) => [`Content-Length: ${what}`, () => [length(value(body().length))]])),
      'two Content-Lengths, one of them right': () => [length([String(body().length + 1), String(body().length)])],
      'two Content-Lengths, the other one right': () => [length([String(body().length), String(body().length + 1)])],
      'an unknown Transfer-Encoding': () => [post(body(), { ...AUTHORIZED, 'Transfer-Encoding': 'gzip' })],
      'Transfer-Encoding and Content-Length, not chunked': () => [post(body(), { ...AUTHORIZED, 'Content-Length': body().length, 'Transfer-Encoding': 'identity' })],
      'Content-Length against Transfer-Encoding': () => [post(body(), { ...AUTHORIZED, 'Content-Length': body().length, 'Transfer-Encoding': 'chunked' })],
      'chunk sizes that are no number': () => [chunked('zz\r\n', body(), '\r\n0\r\n\r\n')],
      'a negative chunk': () => [chunked('-5\r\n', body(), '\r\n0\r\n\r\n')],
      'a chunk size beyond 64 bits': () => [chunked('ffffffffffffffffff\r\n', body(), '\r\n0\r\n\r\n')],
      'a chunk of 1 TB': () => [chunked('ffffffffff\r\n', body())],
      'a chunk longer than it says': () => [chunked('5\r\n', body(), '\r\n0\r\n\r\n')],
      'a chunk size of 1 MB of zeros': () => [chunked('0'.repeat(1_000_000), '1\r\n{\r\n0\r\n\r\n')],
      '1 GB announced': () => [post(body(), { ...AUTHORIZED, 'Content-Length': 2 ** 30 }), 413],
      '1 GB announced, then 100-continue': () => [post('', { ...AUTHORIZED, 'Content-Length': 2 ** 30, Expect: '100-continue' }), 413],
      'an unknown method': () => [withBytes('BREW ', post(body()).subarray(5)), 405],
      'a method of 100 KB': () => [withBytes('X'.repeat(100_000), post(body()))],
      'HTTP/2': () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      'HTTP/9.9': () => [withBytes(post(body()).toString('latin1').replace('HTTP/1.1', 'HTTP/9.9'))],
      'a TLS greeting': () => [withBytes([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3], randomBytes(508))],
      'random bytes': () => [randomBytes(65_536)],
      '1 MB of line ends': () => ['\r\n'.repeat(500_000)],
      '1 MB of NUL': () => [Buffer.alloc(1_000_000)],
    };

    for (const [what, attack] of Object.entries(broken)) {
      it(what, async () => {
        const [bytes, wanted] = attack();
        const { status, text } = await mock.raw(bytes, { end: wanted === undefined, timeout: wanted ? 5000 : 1000 });
        if (wanted) assert.equal(status, wanted, text.slice(0, 300));
        else assert.ok(status === undefined || status >= 400, text.slice(0, 300));
        assert.ok(await hasTicket(mock, victim), 'the ticket is kept');
        await assertAnswers(mock);
      });
    }

    it('requests cut off at any byte', async () => {
      const whole = [post(body()), post(`ticket=${victim}`, FORM), chunked('5\r\n{"tic\r\n', `${(body().length - 5).toString(16)}\r\n${body().slice(5)}\r\n`, '0\r\n\r\n')];
      const cuts = whole.flatMap((bytes) => Array.from({ length: bytes.length }, (_, n) => bytes.subarray(0, n)));
      const replies = await Promise.all(cuts.map((bytes) => mock.raw(bytes, { end: true, timeout: 1500 })));
      for (const { status, text } of replies) assert.ok(status === undefined || status >= 400, text);
      assert.ok(await hasTicket(mock, victim));
    });

    it('1,000 pipelined requests are answered in their order', async () => {
      const reasons = ['ACCESS_DENIED', 'INVALID_TARGET', 'UNKNOWN_USER_ID'];
      const all = Array.from({ length: 1000 }, (_, i) =>
        post(JSON.stringify({ reason: reasons[i % 3] }), { ...AUTHORIZED, Connection: i < 999 ? 'keep-alive' : 'close' }));
      const { text, timedOut } = await mock.raw(Buffer.concat(all));
      assert.equal(timedOut, false);
      const errors = [...text.matchAll(/error\\":\\"(\w+)/g)].map(([, error]) => error.toUpperCase());
      assert.deepEqual(errors, Array.from({ length: 1000 }, (_, i) => reasons[i % 3]));
    });

    for (const [what, status, method, path, headers] of [
      ['too large', 413, 'POST', PATH, { ...AUTHORIZED, 'Content-Length': 2 ** 30 }],
      ['without credentials', 401, 'POST', PATH, {}],
      ['of a wrong type', 415, 'POST', PATH, { ...AUTHORIZED, 'Content-Type': 'text/plain' }],
      ['to nowhere', 404, 'POST', '/nowhere', AUTHORIZED],
      ['of a wrong method', 405, 'PUT', PATH, AUTHORIZED],
      ['nobody asked for', 200, 'GET', '/api/info', {}],
    ]) {
      it(`a body ${what} is never read as the next request`, async () => {
        const { text, timedOut } = await mock.raw([
          request(method, path, { ...headers, Connection: 'keep-alive' }, post(body())),
          request('GET', '/api/lifecycle/healthcheck'),
        ], { timeout: 5000 });
        assert.equal(timedOut, false);
        const answers = text.match(/HTTP\/1\.1 \d{3}/g).map((line) => Number(line.slice(9)));
        assert.deepEqual(answers, [status, 200].slice(0, answers.length));
        assert.ok(await hasTicket(mock, victim));
      });
    }

    /**
     * Opens that many sockets, lets work go on with them for a while and checks the server meanwhile.
     * allClosed: until the server has closed every one of them.
     */
    async function besides(count, work, { allClosed = false } = {}) {
      const sockets = await Promise.all(Array.from({ length: count }, () => connect(mock.port)));
      let closed = 0;
      sockets.forEach((socket) => socket.resume().on('close', () => { closed++; }));
      try {
        const end = performance.now() + (allClosed ? 10_000 : 1500);
        while (performance.now() < end && !(allClosed && closed === count)) {
          sockets.forEach((socket) => { if (socket.writable) work(socket); });
          await assertAnswers(mock);
          await pause(20);
        }
        if (allClosed) assert.equal(closed, count);
        assert.ok(await hasTicket(mock, victim));
      } finally {
        sockets.forEach((socket) => socket.resetAndDestroy());
      }
    }

    it('slow headers from 200 clients', () => besides(200, drip(post(body(), { 'X-Slow': 'x'.repeat(500), ...AUTHORIZED }))));

    it('slow bodies from 200 clients', () => {
      const bytes = post(`{${' '.repeat(500)}`, { ...AUTHORIZED, 'Content-Length': 1_000_000 });
      return besides(200, drip(bytes, bytes.length - 500));
    });

    /** Sends the first bytes at once and then one each time. */
    function drip(bytes, first = 1) {
      const sent = new Map();
      return (socket) => {
        const from = sent.get(socket) ?? 0;
        const to = from === 0 ? first : from + 1;
        socket.write(bytes.subarray(from, to));
        sent.set(socket, to);
      };
    }

    it('100 bodies of 1 MB, each without its last byte', () => {
      const bytes = post(`{${' '.repeat(999_998)}`, { ...AUTHORIZED, 'Content-Length': 1_000_000 });
      const sent = new Set();
      return besides(100, (socket) => {
        if (!sent.has(socket)) socket.write(bytes);
        sent.add(socket);
      });
    });

    it('chunks without end from 20 clients are cut off at the limit', () => {
      const begun = new Set();
      const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
      return besides(20, (socket) => {
        socket.write(begun.has(socket) ? chunk : chunked());
        begun.add(socket);
      }, { allClosed: true });
    });

    it('clients that never read their replies', () => {
      const bytes = Buffer.concat(Array(200).fill(request('GET', `/api/misc/echo?x=${'y'.repeat(4000)}`, { Connection: 'keep-alive' })));
      return besides(20, (socket) => { if (socket.pause().writableLength < 1e6) socket.write(bytes); });
    });

    it('clients that come and go', () => besides(1, () => {
      for (let i = 0; i < 100; i++) {
        connect(mock.port).then((socket) => { socket.write('POST /'); socket.resetAndDestroy(); }, () => {});
      }
    }));

    it('at the end all tickets are there, in 64 MB', async () => {
      assertMemory(mock, 64);
      assert.deepEqual(await listTickets(mock), tickets);
    });
  });

  describe('10,000 open connections', { concurrency: 1 }, () => {
    const COUNT = 10_000;
    const limit = fileLimit();
    const skip = limit < COUNT + 500 ? `the hard limit of open files (ulimit -Hn) is ${limit}, this needs ${COUNT + 500}` : false;

    for (const [what, bytes, answered] of [
      ['silent', '', false],
      ['half a header', `POST ${PATH} HTTP/1.1\r\nHost: loc`, false],
      ['kept alive after one call', 'GET /api/info HTTP/1.1\r\nHost: localhost\r\n\r\n', true],
    ]) {
      it(what, { skip }, async () => {
        const mock = await startMock({ args: ['--log', 'off'] });
        const [ticket] = await newTickets(mock, 100);
        const sockets = [];
        let closed = 0;
        const one = async () => {
          const socket = await connect(mock.port);
          sockets.push(socket);
          socket.on('close', () => { closed++; });
          if (bytes) socket.write(bytes);
          if (answered) await new Promise((resolve) => { socket.once('data', (data) => resolve(assert.equal(statusOf(data.toString()), 200))); });
          else socket.resume();
        };
        for (let i = 0; i < COUNT; i += 250) await Promise.all(Array.from({ length: 250 }, one));
        await assertAnswers(mock);
        assert.equal((await listTickets(mock)).length, 109);
        assert.equal(closed, 0, 'all are still open');
        assertMemory(mock, 128);
        assert.equal((await mock.api(FAIL, { ticket })).status, 200);
        assert.equal(await hasTicket(mock, ticket), false);
        sockets.forEach((socket) => socket.resetAndDestroy());
        await until(async () => closed === COUNT, 'our side is closed');
        await assertAnswers(mock);
        await mock.stop();
      });
    }
  });
});
