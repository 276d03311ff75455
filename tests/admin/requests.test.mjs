import assert from 'node:assert/strict';
import http from 'node:http';
import { after, describe, it, test } from 'node:test';
import { FAIL, M_CODE, assertRefused, until } from '../lib/check.mjs';
import { SERVICE, startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

const count = async (silo, query) => {
  const reply = await silo.admin('GET', `/requests/count?${new URLSearchParams(query)}`);
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
};

const show = async (silo, id) => {
  const reply = await silo.admin('GET', `/requests/${id}`);
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
};

describe('list', () => {
  it('is empty at first', async () => {
    const reply = await mock.silo().admin('GET', '/requests');
    assert.deepEqual(reply.json, { requests: [], totalCount: 0, dropped: 0 });
  });

  it('shows what a call was', async () => {
    const silo = mock.silo();
    const before = Date.now();
    const reply = await silo.api(FAIL, { reason: 'ACCESS_DENIED', ticket: 'mock-ticket-1' });
    assert.equal(reply.headers['x-mock-request-id'], '1');
    const [{ time, durationUs, ...rest }] = await silo.requests();
    assert.deepEqual(rest, {
      id: '1', operation: FAIL, method: 'POST', path: `${silo.prefix}/api/${SERVICE}/${FAIL}`,
      serviceId: Number(SERVICE), status: 200, resultCode: 'A185001', action: 'FORBIDDEN',
    });
    assert.ok(time >= before - 20 && time <= Date.now() + 20);
    assert.ok(Number.isInteger(durationUs) && durationUs >= 0);
  });

  it('newest first, with filters and a limit', async () => {
    const silo = mock.silo();
    await silo.api(FAIL, { reason: 'ACCESS_DENIED' });
    await silo.api(FAIL, {});
    await silo.api(FAIL, {}, { token: 'nobody' });
    await silo.call('GET', '/api/nowhere');
    await silo.call('GET', '/api/lifecycle/healthcheck');
    const ids = async (filter) => (await silo.requests(filter)).map(({ id }) => Number(id));
    assert.deepEqual(await ids({}), [5, 4, 3, 2, 1]);
    assert.deepEqual(await ids({ operation: FAIL }), [3, 2, 1]);
    assert.deepEqual(await ids({ operation: FAIL, after: 1 }), [3, 2]);
    assert.deepEqual(await ids({ after: 5 }), []);
    assert.deepEqual(await ids({ status: 404 }), [4]);
    assert.deepEqual(await ids({ action: 'FORBIDDEN' }), [1]);
    assert.deepEqual(await ids({ action: '' }), [5, 4, 3]);
    assert.deepEqual(await ids({ resultCode: 'A185001', status: 200 }), [2, 1]);
    assert.deepEqual(await ids({ resultCode: '' }), [5]);
    assert.deepEqual(await ids({ serviceId: SERVICE }), [2, 1]);
    assert.deepEqual(await ids({ serviceId: 1 }), []);
    assert.deepEqual(await ids({ limit: 2 }), [5, 4]);
    const reply = await silo.admin('GET', '/requests?limit=0');
    assert.deepEqual(reply.json, { requests: [], totalCount: 5, dropped: 0 });
  });

  it('holds calls of its own silo only, and no control calls', async () => {
    const [one, other] = [mock.silo(), mock.silo()];
    const control = await one.admin('POST', `/services/${SERVICE}/tickets`);
    assert.match(control.headers['x-mock-request-id'], /^c\d+$/);
    await other.api(FAIL, {});
    const never = await mock.call('GET', '/s/never-made/nowhere');
    assert.match(never.headers['x-mock-request-id'], /^p\d+$/);
    assert.deepEqual(await one.requests(), []);
    assert.equal((await other.requests()).length, 1);
    assert.deepEqual(await mock.requests(), []);
  });

  for (const query of ['limit=-1', 'limit=10001', 'limit=x', 'status=9', 'after=x', 'nope=1', 'serviceId=0']) {
    it(`refuses ${query}`, async () => {
      assertRefused(await mock.silo().admin('GET', `/requests?${query}`), 400, M_CODE, new RegExp(query.split('=')[0]));
    });
  }
});

describe('one call', () => {
  it('is shown whole, but for its secrets', async () => {
    const silo = mock.silo();
    const body = JSON.stringify({ reason: 'ACCESS_DENIED', ticket: 'mock-ticket-1' });
    const reply = await silo.api(FAIL, { reason: 'ACCESS_DENIED', ticket: 'mock-ticket-1' });
    const { request, reply: shown, why, id } = await show(silo, 1);
    assert.equal(id, '1');
    assert.deepEqual(request, {
      contentType: 'application/json', body: '{"reason":"ACCESS_DENIED","ticket":"mock…"}',
      length: body.length, truncated: false,
    });
    assert.deepEqual(shown, { body: reply.text, length: reply.text.length, truncated: false, lost: false });
    assert.deepEqual(why.map(({ check }) => check),
      ['path', 'silo', 'length', 'authorization', 'rights', 'contentType', 'body', 'schema', 'reason', 'ticket']);
    assert.deepEqual(why.filter(({ decided }) => decided).map(({ check }) => check), ['reason']);
    assert.ok(why.every(({ finding }) => finding.length > 2));
  });

  for (const [what, members, check, finding] of [
    ['a ticket that exists', { ticket: 'mock-ticket-2' }, 'ticket', /existed and was deleted/],
    ['a ticket that does not', { ticket: 'nobody' }, 'ticket', /no such ticket/],
    ['no ticket', {}, 'ticket', /no ticket came/],
    ['no reason', {}, 'reason', /SERVER_ERROR/],
    ['a reason', { reason: 'ACCESS_DENIED' }, 'reason', /reason that came/],
  ]) {
    it(`says why: ${what}`, async () => {
      const silo = mock.silo();
      await silo.api(FAIL, members);
      const { why } = await show(silo, 1);
      assert.match(why.find((step) => step.check === check).finding, finding);
    });
  }

  for (const [what, check, options, json] of [
    ['no such token', 'authorization', { token: 'nobody' }, {}],
    ['another service', 'rights', { service: '1' }, {}],
    ['a media type', 'contentType', { headers: { 'Content-Type': 'text/plain' } }, {}],
    ['a wrong member', 'schema', {}, { ticket: [] }],
  ]) {
    it(`says what refused it: ${what}`, async () => {
      const silo = mock.silo();
      const reply = await silo.api(FAIL, json, options);
      const { why, resultCode } = await show(silo, 1);
      assert.equal(resultCode, reply.json.resultCode);
      assert.deepEqual(why.at(-1), { check, finding: reply.json.resultMessage, decided: true });
      assert.equal(why.filter(({ decided }) => decided).length, 1);
    });
  }

  it('large bodies are cut, and their lengths are true', async () => {
    const silo = mock.silo();
    const text = JSON.stringify({ errorDescription: 'ä'.repeat(10_000), ticket: 'secret-ticket' });
    await silo.api(FAIL, JSON.parse(text));
    const { request } = await show(silo, 1);
    assert.equal(request.truncated, true);
    assert.equal(request.length, Buffer.byteLength(text));
    assert.ok(Buffer.byteLength(request.body) <= 16_384 + 2);
    assert.ok(text.startsWith(request.body.slice(0, -1)));
  });

  it('secrets are shown nowhere', async () => {
    const silo = mock.silo();
    const secret = 'very-secret-thing';
    await silo.api(FAIL, { ticket: secret }, { token: secret });
    await silo.call('GET', `/api/nowhere?access_token=${secret}`);
    await silo.call('POST', `/api/${SERVICE}/${FAIL}`, {
      body: `ticket=${secret}`,
      headers: { Authorization: 'Bearer mock-service-token', 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    const all = [await silo.requests(), ...await Promise.all([1, 2, 3].map((id) => show(silo, id)))];
    assert.ok(!JSON.stringify(all).includes(secret.slice(0, 6)), JSON.stringify(all));
    assert.ok(!JSON.stringify(all).includes('mock-service-token'));
  });

  it('one that is not there', async () => {
    const silo = mock.silo();
    await silo.api(FAIL, {});
    for (const id of ['2', '0', '99999999999999999999', 'c1', 'x']) {
      assertRefused(await silo.admin('GET', `/requests/${id}`), 404, M_CODE);
    }
    assertRefused(await silo.admin('GET', '/requests/2'), 404, M_CODE, /there has been no call 2/);
    await silo.admin('DELETE', '/requests');
    assertRefused(await silo.admin('GET', '/requests/1'), 404, M_CODE, /lost/);
  });
});

describe('forgetting', () => {
  it('deletes all, the ids go on', async () => {
    const silo = mock.silo();
    await silo.api(FAIL, {});
    const reply = await silo.admin('DELETE', '/requests');
    assert.deepEqual([reply.status, reply.text], [204, '']);
    assert.deepEqual((await silo.admin('GET', '/requests')).json, { requests: [], totalCount: 0, dropped: 0 });
    assert.equal((await silo.api(FAIL, {})).headers['x-mock-request-id'], '2');
  });

  it('a reset starts the ids again', async () => {
    const silo = mock.silo();
    await silo.api(FAIL, {});
    await silo.admin('POST', '/reset');
    assert.deepEqual(await silo.requests(), []);
    assert.equal((await silo.api(FAIL, {})).headers['x-mock-request-id'], '1');
  });
});

describe('bounds', () => {
  it('a full journal says what it dropped', async () => {
    const small = await startMock({ args: ['--journal-size', '5'] });
    for (let i = 0; i < 12; i++) await small.api(FAIL, {});
    const { json } = await small.admin('GET', '/requests');
    assert.deepEqual(json.requests.map(({ id }) => id), ['12', '11', '10', '9', '8']);
    assert.deepEqual([json.totalCount, json.dropped], [5, 7]);
    assert.deepEqual(await count(small, { after: 5 }), { count: 5, dropped: 2 });
    assert.deepEqual(await count(small, { after: 10 }), { count: 2, dropped: 0 });
    assertRefused(await small.admin('GET', '/requests/7'), 404, M_CODE, /lost/);
    await small.stop();
  });

  it('bytes are a bound too', async () => {
    const small = await startMock({ args: ['--journal-bytes', '65536'] });
    for (let i = 0; i < 20; i++) await small.api(FAIL, { errorDescription: 'x'.repeat(10_000) });
    const { json } = await small.admin('GET', '/requests');
    assert.ok(json.totalCount > 0 && json.totalCount < 6, json.totalCount);
    assert.equal(json.totalCount + json.dropped, 20);
    await small.stop();
  });

  for (const setting of ['--journal-size', '--journal-bytes']) {
    it(`${setting} 0 keeps nothing, and ids still count`, async () => {
      const none = await startMock({ args: [setting, '0'] });
      await none.api(FAIL, {});
      assert.equal((await none.api(FAIL, {})).headers['x-mock-request-id'], '2');
      assert.deepEqual((await none.admin('GET', '/requests')).json, { requests: [], totalCount: 0, dropped: 2 });
      await none.stop();
    });
  }
});

describe('count', () => {
  it('counts what matches', async () => {
    const silo = mock.silo();
    await silo.api(FAIL, {});
    await silo.api(FAIL, {}, { token: 'nobody' });
    assert.deepEqual(await count(silo, {}), { count: 2, dropped: 0 });
    assert.deepEqual(await count(silo, { status: 200, atLeast: 1, waitMs: 60_000 }), { count: 1, dropped: 0 });
  });

  it('waits until there are enough', async () => {
    const silo = mock.silo();
    const waiting = count(silo, { status: 200, atLeast: 2, waitMs: 20_000 });
    const start = performance.now();
    await silo.api(FAIL, {}, { token: 'nobody' });
    for (let i = 0; i < 2; i++) await silo.api(FAIL, {});
    assert.deepEqual(await waiting, { count: 2, dropped: 0 });
    assert.ok(performance.now() - start < 5_000);
  });

  it('answers what there is when the time is over', async () => {
    const silo = mock.silo();
    await silo.api(FAIL, {});
    const start = performance.now();
    assert.deepEqual(await count(silo, { atLeast: 2, waitMs: 300 }), { count: 1, dropped: 0 });
    const ms = performance.now() - start;
    assert.ok(ms > 290 && ms < 5_000, `${ms}`);
  });

  it('refuses to wait for too long', async () => {
    assertRefused(await mock.silo().admin('GET', '/requests/count?atLeast=1&waitMs=60001'), 400, M_CODE, /waitMs/);
  });

  it('a silo that is reset is counted anew', async () => {
    const silo = mock.silo();
    await silo.api(FAIL, {});
    const waiting = count(silo, { atLeast: 2, waitMs: 20_000 });
    await silo.admin('POST', '/reset');
    for (let i = 0; i < 2; i++) await silo.api(FAIL, {});
    assert.equal((await waiting).count, 2);
  });
});

test('calls, lists and emptying side by side', async () => {
  const small = await startMock({ args: ['--journal-size', '50', '--threads', '4'] });
  const work = async (each) => { for (let i = 0; i < 100; i++) await each(i); };
  const seen = [];
  await Promise.all([
    ...Array.from({ length: 8 }, () => work(async () => {
      const reply = await small.api(FAIL, {});
      seen.push(Number(reply.headers['x-mock-request-id']));
    })),
    work(async (i) => {
      const { json } = await small.admin('GET', '/requests');
      const ids = json.requests.map(({ id }) => Number(id));
      assert.deepEqual(ids, ids.map((_, at) => ids[0] - at));
      assert.ok(json.requests.every(({ operation, resultCode }) => operation === FAIL && resultCode === 'A185001'));
      if (i % 10 === 0) await small.admin('DELETE', '/requests');
    }),
  ]);
  assert.deepEqual(seen.sort((a, b) => a - b), Array.from({ length: 800 }, (_, i) => i + 1));
  await small.stop();
});

test('waiting calls hold no worker', async () => {
  const one = await startMock({ args: ['--threads', '1'] });
  const agent = new http.Agent({ keepAlive: true });
  const wait = () => one.call('GET', '/__admin/requests/count?action=FORBIDDEN&atLeast=1&waitMs=60000', { agent });
  const waiting = Array.from({ length: 200 }, wait);
  await until(async () => Object.values(agent.sockets).flat().length === 200, 'all are connected');
  for (let i = 0; i < 20; i++) assert.equal((await one.api(FAIL, {})).status, 200);
  await one.api(FAIL, { reason: 'ACCESS_DENIED' });
  const start = performance.now();
  for (const reply of await Promise.all(waiting)) assert.equal(reply.json.count, 1);
  assert.ok(performance.now() - start < 5_000);
  agent.destroy();
  await one.stop();
});

test('the end of the server ends who waits', async () => {
  const one = await startMock();
  const agent = new http.Agent();
  const waiting = Array.from({ length: 20 }, () =>
    one.call('GET', '/__admin/requests/count?atLeast=9&waitMs=60000', { agent }).catch(() => 'closed'));
  await until(async () => Object.values(agent.sockets).flat().length === 20, 'all are connected');
  await one.api(FAIL, {});
  const start = performance.now();
  await one.stop();
  assert.ok(performance.now() - start < 1_000);
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['closed']));
});
