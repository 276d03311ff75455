// What a fault does, as a client sees it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { Authlete } from '@authlete/typescript-sdk';
import { FAIL, REASONS, assertFailed, assertRefused, hasTicket, newTicket } from '../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../lib/mock.mjs';
import { request } from '../lib/raw.mjs';

const mock = await startMock();
after(() => mock.stop());

const CONTENT = '{"error":"server_error"}';
const add = async (silo, effect, members = {}) => {
  const reply = await silo.admin('POST', '/faults', { operation: FAIL, effect, ...members });
  assert.equal(reply.status, 201, reply.text);
};
const faulty = async (effect, members) => {
  const silo = mock.silo();
  await add(silo, effect, members);
  return silo;
};
const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
const bytes = (silo, body = {}, more = {}) =>
  request('POST', `${silo.prefix}/api/${SERVICE}/${FAIL}`, { ...headers, ...more }, JSON.stringify(body));
/** Head and body of the first reply, as they came. */
const parts = (text) => {
  const end = text.indexOf('\r\n\r\n');
  return { head: text.slice(0, end), body: text.slice(end + 4), length: Number(/\r\nContent-Length: (\d+)/i.exec(text)?.[1]) };
};
const whole = async () => parts((await mock.raw(bytes(mock))).text);

describe('in place of the operation', () => {
  // nothing may be done: the ticket is still there
  const replaced = async (effect) => {
    const silo = await faulty(effect, { times: 1 });
    const ticket = await newTicket(silo);
    const reply = await silo.api(FAIL, { ticket });
    assert.ok(await hasTicket(silo, ticket));
    assertFailed(await silo.api(FAIL, { ticket }), 'INTERNAL_SERVER_ERROR', CONTENT);
    assert.equal(await hasTicket(silo, ticket), false);
    return reply;
  };

  for (const status of [200, 400, 401, 404, 429, 500, 503, 599]) {
    it(`status ${status}`, async () => {
      const reply = await replaced({ status });
      assertRefused(reply, status, 'M000105', /fault 1\b/);
      assert.equal('www-authenticate' in reply.headers, status === 401);
    });
  }

  for (const status of [204, 304]) {
    it(`status ${status} has no body`, async () => {
      const reply = await replaced({ status });
      assert.equal(reply.status, status);
      assert.equal(reply.text, '');
    });
  }

  it('a body of text', async () => {
    const reply = await replaced({ body: '<h1>ü\0</h1>' });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['content-type'], 'text/plain');
    assert.equal(reply.text, '<h1>ü\0</h1>');
  });

  it('an empty body', async () => {
    const reply = await replaced({ body: '', status: 502 });
    assert.equal(reply.status, 502);
    assert.equal(reply.text, '');
  });

  for (const body of [{ resultCode: 'A000001', list: [1, null, 'ü\0'] }, [], 5, 1.5, true, false]) {
    it(`a body of JSON: ${JSON.stringify(body)}`, async () => {
      const reply = await replaced({ body, status: 500 });
      assert.equal(reply.status, 500);
      assert.deepEqual(reply.json, body);
    });
  }

  it('a large body', async () => {
    const body = 'ü'.repeat(200_000);
    assert.equal((await replaced({ body })).text, body);
  });

  it('headers beside it, also in place of the usual ones', async () => {
    const reply = await replaced({
      status: 401, body: '<p>', headers: { 'content-type': 'text/html', 'Retry-After': '7', 'WWW-Authenticate': 'DPoP' },
    });
    assert.equal(reply.headers['content-type'], 'text/html');
    assert.equal(reply.headers['retry-after'], '7');
    assert.equal(reply.headers['www-authenticate'], 'DPoP');
    assert.equal(reply.text, '<p>');
  });

  for (const action of ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL_SERVER_ERROR']) {
    it(`the action ${action}, as the operation would answer it`, async () => {
      const reply = await replaced({ action });
      const { error } = JSON.parse(reply.json.responseContent);
      assertFailed(reply, action, JSON.stringify({ error }));
      assert.ok(Object.values(REASONS).some((reason) => reason.action === action && reason.error === error));
    });
  }
});

describe('a lost call', () => {
  for (const [drop, left] of [['before', true], ['after', false]]) {
    it(`${drop} the work: the connection is closed without a byte`, async () => {
      const silo = await faulty({ drop });
      const ticket = await newTicket(silo);
      const reply = await mock.raw(bytes(silo, { ticket }, { Connection: 'keep-alive' }));
      assert.equal(reply.text, '');
      assert.equal(reply.timedOut, false);
      assert.equal(await hasTicket(silo, ticket), left);
    });

    it(`${drop} the work: a second request on the connection is not read`, async () => {
      const silo = await faulty({ drop }, { times: 1 });
      const tickets = [await newTicket(silo), await newTicket(silo)];
      const keep = { Connection: 'keep-alive' };
      const reply = await mock.raw(Buffer.concat(tickets.map((ticket) => bytes(silo, { ticket }, keep))));
      assert.equal(reply.text, '');
      assert.ok(await hasTicket(silo, tickets[1]));
    });
  }

  it('the official SDK retries what was lost after the work', async () => {
    const silo = await faulty({ drop: 'after' }, { times: 1 });
    const ticket = await newTicket(silo);
    const authlete = new Authlete({
      serverURL: silo.url, bearer: TOKEN,
      retryConfig: {
        strategy: 'backoff', retryConnectionErrors: true,
        backoff: { initialInterval: 10, maxInterval: 50, exponent: 1.5, maxElapsedTime: 5000 },
      },
    });
    const answer = await authlete.ciba.fail({
      serviceId: SERVICE, backchannelAuthenticationFailRequest: { ticket, reason: 'ACCESS_DENIED' },
    });
    assert.equal(answer.action, 'FORBIDDEN');
    assert.equal(await hasTicket(silo, ticket), false);
    const { faults } = (await silo.admin('GET', '/faults')).json;
    assert.equal(faults[0].fired, 1);
  });
});

describe('a damaged reply', () => {
  for (const truncate of [0, 1, 20]) {
    it(`${truncate} bytes of it, though Content-Length promises all`, async () => {
      const wanted = await whole();
      const silo = await faulty({ truncate });
      const ticket = await newTicket(silo);
      const reply = await mock.raw(bytes(silo, { ticket }, { Connection: 'keep-alive' }));
      assert.equal(reply.status, 200);
      assert.equal(reply.timedOut, false);
      assert.deepEqual(parts(reply.text).length, wanted.length);
      assert.equal(parts(reply.text).body, wanted.body.slice(0, truncate));
      assert.equal(await hasTicket(silo, ticket), false);
    });
  }

  it('a large one is cut where it should be', async () => {
    const silo = await faulty({ body: 'x'.repeat(300_000), truncate: 100_001 });
    const reply = parts((await mock.raw(bytes(silo))).text);
    assert.equal(reply.length, 300_000);
    assert.equal(reply.body.length, 100_001);
  });

  it('as many bytes as there are or more cut nothing, and the connection stays', async () => {
    const wanted = await whole();
    for (const truncate of [wanted.length, 1_000_000]) {
      const silo = await faulty({ truncate });
      const both = [bytes(silo, {}, { Connection: 'keep-alive' }), bytes(silo)];
      const { text } = await mock.raw(Buffer.concat(both));
      assert.equal(text.split('HTTP/1.1 200').length, 3);
      assert.ok(text.endsWith(wanted.body));
    }
  });

  it('one byte is flipped', async () => {
    const wanted = await whole();
    const silo = await faulty({ corrupt: true });
    const ticket = await newTicket(silo);
    const reply = parts((await mock.raw(bytes(silo, { ticket }))).text);
    assert.equal(reply.length, wanted.length);
    assert.equal(reply.body.length, wanted.body.length);
    assert.equal([...reply.body].filter((char, i) => char !== wanted.body[i]).length, 1);
    assert.equal(await hasTicket(silo, ticket), false);
    // the fault's own body is damaged in a copy: a second call sees the same
    const own = await faulty({ body: 'aaaaa', corrupt: true });
    assert.equal((await own.api(FAIL, {})).text, 'aa`aa');
    assert.equal((await own.api(FAIL, {})).text, 'aa`aa');
  });

  it('flipped and cut', async () => {
    const silo = await faulty({ body: 'aaaaaaaa', corrupt: true, truncate: 3 });
    assert.equal(parts((await mock.raw(bytes(silo))).text).body, 'a`a');
  });

  it('headers alone are added to the real reply', async () => {
    const silo = await faulty({ headers: { 'X-A': 'b c', 'Content-Type': 'application/json; charset=utf-16' } });
    const ticket = await newTicket(silo);
    const reply = await silo.api(FAIL, { ticket });
    assertFailed(reply, 'INTERNAL_SERVER_ERROR', CONTENT);
    assert.equal(reply.headers['x-a'], 'b c');
    assert.equal(reply.headers['content-type'], 'application/json; charset=utf-16');
    assert.equal(await hasTicket(silo, ticket), false);
  });

  it('as many headers as there may be', async () => {
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`X-Header-${10 + i}`, 'v'.repeat(90)]));
    const silo = await faulty({ headers: many });
    const reply = await silo.api(FAIL, {});
    for (const [name, value] of Object.entries(many)) assert.equal(reply.headers[name.toLowerCase()], value);
  });

  for (const effect of [{ truncate: 0 }, { corrupt: true }, { body: '', truncate: 0, corrupt: true }, { status: 503 }, { status: 204 }]) {
    it(`HEAD with ${JSON.stringify(effect)}`, async () => {
      const silo = await faulty(effect, { operation: '*' });
      const head = request('HEAD', `${silo.prefix}/api/info`, { Connection: 'keep-alive' });
      const { text } = await mock.raw(Buffer.concat([head, request('HEAD', `${silo.prefix}/api/info`)]));
      assert.equal(text.split(`HTTP/1.1 ${effect.status ?? 200}`).length, 3, text);
      assert.equal(parts(text.slice(text.lastIndexOf('HTTP/1.1'))).body, '');
    });
  }
});

describe('delay', () => {
  const timed = async (work) => {
    const start = performance.now();
    const value = await work();
    return { value, ms: performance.now() - start };
  };

  it('the work is done after it', async () => {
    const silo = await faulty({ delayMs: 300 });
    const ticket = await newTicket(silo);
    const answer = timed(() => silo.api(FAIL, { ticket }));
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    assert.ok(await hasTicket(silo, ticket));
    const { value, ms } = await answer;
    assertFailed(value, 'INTERNAL_SERVER_ERROR', CONTENT);
    assert.ok(ms >= 299, `${ms} ms`);
    assert.equal(await hasTicket(silo, ticket), false);
  });

  it('combines with all others', async () => {
    const replaced = await faulty({ delayMs: 100, status: 503 });
    const { value, ms } = await timed(() => replaced.api(FAIL, {}));
    assert.equal(value.status, 503);
    assert.ok(ms >= 99, `${ms} ms`);
    for (const effect of [{ drop: 'before' }, { drop: 'after' }, { truncate: 5 }]) {
      const silo = await faulty({ delayMs: 100, ...effect });
      const reply = await mock.raw(bytes(silo));
      assert.ok(reply.ms >= 99 && !reply.timedOut, `${reply.ms} ms`);
      assert.equal(parts(reply.text).body.length <= 5, true);
    }
  });

  it('a fault that was removed still fires on a call that it delays already', async () => {
    const silo = await faulty({ delayMs: 200, body: 'late' });
    const answer = silo.api(FAIL, {});
    await new Promise((resolve) => { setTimeout(resolve, 50); });
    await silo.admin('DELETE', '/faults');
    assert.equal((await answer).text, 'late');
  });

  it('holds no worker', async () => {
    const single = await startMock({ args: ['--threads', '1'] });
    after(() => single.stop());
    const silo = single.silo();
    await add(silo, { delayMs: 500 });
    const all = timed(() => Promise.all(Array.from({ length: 100 }, () => silo.api(FAIL, {}))));
    const others = await timed(async () => {
      for (let i = 0; i < 20; i++) assert.equal((await single.api(FAIL, {})).status, 200);
    });
    const { value, ms } = await all;
    assert.ok(value.every(({ status }) => status === 200));
    assert.ok(ms >= 499 && ms < 2000, `${ms} ms`);
    assert.ok(others.ms < 450, `${others.ms} ms meanwhile`);
  });

  it('SIGTERM does not wait for it, and nothing is done', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'faults-'));
    after(() => rm(directory, { recursive: true }));
    const args = ['--db', path.join(directory, 'db')];
    const stopped = await startMock({ args });
    await add(stopped, { delayMs: 60_000 });
    const body = { ticket: 'mock-ticket-1' };
    const calls = Array.from({ length: 20 }, () => stopped.api(FAIL, body).then(({ status }) => status, () => 'closed'));
    await new Promise((resolve) => { setTimeout(resolve, 200); });
    const { ms } = await timed(() => stopped.stop());
    assert.ok(ms < 1000, `${ms} ms`);
    for (const end of await Promise.all(calls)) assert.ok(end === 'closed' || end === 503, String(end));
    const again = await startMock({ args });
    after(() => again.stop());
    assert.ok(await hasTicket(again, 'mock-ticket-1'));
  });
});

it('faults are ordered, listed and removed while calls run', async () => {
  const silo = mock.silo();
  const effects = [{ status: 503 }, { drop: 'after' }, { truncate: 5 }, { corrupt: true }, { body: 'x', delayMs: 2 }, { action: 'FORBIDDEN' }];
  let running = true;
  const caller = async () => {
    while (running) await silo.api(FAIL, { clientId: 5 }).catch(() => {});
  };
  const callers = Array.from({ length: 20 }, caller);
  for (let i = 0; i < 120; i++) {
    await add(silo, effects[i % effects.length], { probability: 0.3, times: 5, clientId: i % 2 ? 5 : undefined });
    if (i % 3 === 0) await silo.admin('DELETE', `/faults/${i - 1}`);
    if (i % 40 === 39) await silo.admin('DELETE', '/faults');
    if (i % 7 === 0) assert.equal((await silo.admin('GET', '/faults')).status, 200);
  }
  running = false;
  await Promise.all(callers);
  await silo.admin('DELETE', '/faults');
  assertFailed(await silo.api(FAIL, {}), 'INTERNAL_SERVER_ERROR', CONTENT);
});

describe('--random-seed', () => {
  const args = ['--random-seed', '7'];
  const pattern = async (server, name) => {
    const silo = server.silo(name);
    await add(silo, { status: 503 }, { probability: 0.5 });
    const all = [];
    for (let i = 0; i < 40; i++) all.push((await silo.api(FAIL, {})).status);
    return { all: all.join(), ticket: await newTicket(silo) };
  };

  it('two servers give the same pattern; a silo has its own; a reset repeats it', async () => {
    const servers = await Promise.all([startMock({ args }), startMock({ args })]);
    for (const server of servers) after(() => server.stop());
    const [one, two] = await Promise.all(servers.map((server) => pattern(server, 'a')));
    assert.deepEqual(one, two);
    assert.match(one.all, /503/);
    assert.match(one.all, /200/);
    assert.notEqual((await pattern(servers[0], 'b')).all, one.all);
    await servers[0].silo('a').admin('POST', '/reset');
    assert.equal((await pattern(servers[0], 'a')).all, one.all);
    // identifiers are those of a silo without faults
    const quiet = servers[1].silo('c');
    const loud = servers[0].silo('c');
    await add(loud, { status: 503 }, { probability: 0.5 });
    for (let i = 0; i < 5; i++) await loud.api(FAIL, {});
    assert.equal(await newTicket(loud), await newTicket(quiet));
  });
});
