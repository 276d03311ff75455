// The operations that order faults, and which call a fault fires on.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL, M_CODE, assertFailed, assertRefused, newTicket } from '../lib/check.mjs';
import { SERVICE, startMock } from '../lib/mock.mjs';

const mock = await startMock({ args: ['--service', '77:t77'] });
after(() => mock.stop());

const HIT = { status: 418 };
const order = (silo, members) => silo.admin('POST', '/faults', { operation: FAIL, effect: HIT, ...members });
const add = async (silo, members = {}) => {
  const reply = await order(silo, members);
  assert.equal(reply.status, 201, reply.text);
  return reply.json.id;
};
const list = async (silo) => {
  const reply = await silo.admin('GET', '/faults');
  assert.equal(reply.status, 200, reply.text);
  return reply.json.faults;
};
const counts = async (silo) => (await list(silo)).map(({ matched, fired }) => [matched, fired]);
const status = async (silo, body = {}, options) => (await silo.api(FAIL, body, options)).status;
const statuses = async (silo, n, body) => {
  const all = [];
  for (let i = 0; i < n; i++) all.push(await status(silo, body));
  return all;
};

describe('the list', () => {
  it('shows what was given, in order of creation, with counts', async () => {
    const silo = mock.silo();
    assert.deepEqual((await silo.admin('GET', '/faults')).json, { faults: [] });
    const first = {
      operation: FAIL, serviceId: 77, clientId: 'c "1"', after: 2, times: 3, probability: 0.25,
      effect: { delayMs: 5, status: 503, headers: { 'X-A': 'b' }, body: { a: [1, 'ü\0'] }, truncate: 9, corrupt: true },
    };
    const second = { operation: '*', clientId: 5, effect: { drop: 'after' } };
    assert.deepEqual((await silo.admin('POST', '/faults', first)).json, { id: '1' });
    assert.deepEqual((await silo.admin('POST', '/faults', second)).json, { id: '2' });
    assert.deepEqual(await list(silo), [
      { id: '1', ...first, matched: 0, fired: 0 }, { id: '2', ...second, matched: 0, fired: 0 }]);
  });

  it('a service id may be a text', async () => {
    const silo = mock.silo();
    await add(silo, { serviceId: SERVICE });
    assert.deepEqual(await statuses(silo, 1), [418]);
    assert.equal((await list(silo))[0].serviceId, Number(SERVICE));
  });

  it('one is removed, and only once', async () => {
    const silo = mock.silo();
    for (const effect of [{ status: 501 }, { status: 502 }, { status: 503 }]) await add(silo, { effect });
    const reply = await silo.admin('DELETE', '/faults/1');
    assert.equal(reply.status, 204, reply.text);
    assert.equal(await status(silo), 502);
    assert.equal((await silo.admin('DELETE', '/faults/3')).status, 204);
    for (const id of ['1', '3', '0', '4', 'x', '99999999999999999999']) {
      assertRefused(await silo.admin('DELETE', `/faults/${id}`), 404, M_CODE);
    }
    assert.equal(await add(silo), '4');
    assert.deepEqual((await list(silo)).map(({ id }) => id), ['2', '4']);
  });

  it('all are removed; ids are not used again', async () => {
    const silo = mock.silo();
    await add(silo);
    await add(silo);
    assert.equal((await silo.admin('DELETE', '/faults')).status, 204);
    assert.deepEqual(await list(silo), []);
    assert.equal(await status(silo), 200);
    assert.equal(await add(silo), '3');
    assert.equal(await status(silo), 418);
  });

  it('reset forgets them', async () => {
    const silo = mock.silo();
    await add(silo);
    assert.equal((await silo.admin('POST', '/reset')).status, 204);
    assert.deepEqual(await list(silo), []);
    assert.equal(await status(silo), 200);
    assert.equal(await add(silo), '1');
  });

  it('other silos have their own', async () => {
    const [one, other] = [mock.silo(), mock.silo()];
    await add(one);
    assert.deepEqual(await list(other), []);
    assert.deepEqual(await list(mock), []);
    assert.deepEqual([await status(one), await status(other), await status(mock)], [418, 200, 200]);
    await other.admin('DELETE', '/faults');
    assert.equal(await status(one), 418);
  });

  it('a thousand at most', async () => {
    const silo = mock.silo();
    for (let i = 0; i < 1000; i++) await add(silo, { clientId: 5 });
    assertRefused(await order(silo), 400, M_CODE, /1000/);
    assert.equal((await list(silo)).length, 1000);
    assert.equal((await silo.admin('DELETE', '/faults/500')).status, 204);
    await add(silo);
    assert.equal(await status(silo), 418);
  });

  it('16 MiB at most', async () => {
    const silo = mock.silo();
    const effect = { body: 'x'.repeat(900_000) };
    const replies = [];
    for (let i = 0; i < 20; i++) replies.push((await order(silo, { effect })).status);
    assert.deepEqual(new Set(replies), new Set([201, 400]));
    assert.equal((await list(silo)).length, replies.indexOf(400));
    await silo.admin('DELETE', '/faults');
    await add(silo, { effect });
  });
});

describe('refused', () => {
  for (const [what, members, ...says] of [
    ['no effect', { effect: undefined }, /\/effect\b/],
    ['an empty effect', { effect: {} }, /\/effect\b/],
    ['an unknown effect', { effect: { explode: true } }, /\/effect\/explode\b/],
    ['an unknown member', { nope: 1 }, /\/nope\b/],
    ['a mistyped operation', { operation: 'backchannel/authentication/fial' }, /"backchannel\/authentication\/fail"/],
    ['part of an operation', { operation: 'authentication/fail' }, /"backchannel\/authentication\/fail"/],
    ['a control operation', { operation: '__admin/reset' }, /\/operation\b/],
    ['a probability over 1', { probability: 1.1 }, /\/probability\b/],
    ['times 0', { times: 0 }, /\/times\b/],
    ['a negative after', { after: -1 }, /\/after\b/],
    ['a delay over ten minutes', { effect: { delayMs: 600_001 } }, /\/effect\/delayMs\b/],
    ['a status under 200', { effect: { status: 101 } }, /\/effect\/status\b/],
    ['a status over 599', { effect: { status: 600 } }, /\/effect\/status\b/],
    ['an unknown drop', { effect: { drop: 'now' } }, /\/effect\/drop\b/],
    ['corrupt false', { effect: { corrupt: false } }, /\/effect\/corrupt\b/],
    ['a negative truncate', { effect: { truncate: -1 } }, /\/effect\/truncate\b/],
    ['an action that is not listed', { effect: { action: 'OK' } },
      /\/effect\/action\b/, /BAD_REQUEST FORBIDDEN INTERNAL_SERVER_ERROR/],
    ['an action of all operations', { operation: '*', effect: { action: 'OK' } }, /\/effect\/action\b.*"\*"/],
    ['an action of an operation without', { operation: 'info', effect: { action: 'OK' } }, /none/],
    ['action and status', { effect: { action: 'FORBIDDEN', status: 500 } }, /\/effect\/action\b/],
    ['action and body', { effect: { action: 'FORBIDDEN', body: 'x' } }, /\/effect\/action\b/],
    ['drop and truncate', { effect: { drop: 'after', truncate: 1 } }, /\/effect\/drop\b.*truncate/],
    ['drop and status', { effect: { drop: 'before', status: 500 } }, /\/effect\/drop\b.*status/],
    ['a body where none can be', { effect: { status: 204, body: 'x' } }, /\/effect\/status\b/],
    ['a header with a line end', { effect: { headers: { 'X-A': 'b\r\nSet-Cookie: c' } } }, /\/effect\/headers\/X-A\b/],
    ['a header with a NUL', { effect: { headers: { 'X-A': 'b\0c' } } }, /\/effect\/headers\/X-A\b/],
    ['an empty header', { effect: { headers: { 'X-A': '' } } }, /\/effect\/headers\/X-A\b/],
    ['a header that is no text', { effect: { headers: { 'Retry-After': 5 } } }, /\/effect\/headers\/Retry-After\b/],
    ['headers that are too long', { effect: { headers: { 'X-A': 'a'.repeat(1500), 'X-B': 'b'.repeat(600) } } }, /2048/],
    ['a header twice', { effect: { headers: { 'x-a': 'b', 'X-A': 'c' } } }, /capitals/],
    ...['Content-Length', 'transfer-encoding', 'Connection', 'Date', 'X-Mock-Request-Id', 'a b', 'a:b', 'ü', '', 'x\0', 'x\n']
      .map((name) => [`a header named ${JSON.stringify(name)}`, { effect: { headers: { [name]: '5' } } }, /\/effect\/headers\b/]),
    ['all reasons at once', { operation: 'nope', effect: { drop: 'after', corrupt: true, headers: { Date: 'x' } } },
      /\/operation\b/, /drop\b.*corrupt/, /Date/],
    ['all reasons at once, whoever has them',
      { operation: 'nope', times: 0, effect: { drop: 'now', corrupt: true, headers: { Date: 'x' }, status: 204 }, x: 1 },
      /\/operation\b/, /\/times\b/, /\/effect\/drop\b/, /Date/, /204/, /\/x\b/],
    ['all reasons at once, and nothing is there', { effect: 'none', after: [] }, /\/effect\b/, /\/after\b/],
    ['all reasons at once by the schema', { times: 'x', effect: { status: 1, delayMs: -1 } },
      /\/times\b/, /\/effect\/status\b/, /\/effect\/delayMs\b/],
  ]) {
    it(what, async () => {
      const silo = mock.silo('refused');
      assertRefused(await order(silo, members), 400, M_CODE, says);
      assert.deepEqual(await list(silo), []);
    });
  }
});

describe('which call', () => {
  it('of that operation only', async () => {
    const silo = mock.silo();
    await add(silo, { operation: 'info' });
    assert.equal(await status(silo), 200);
    assert.equal((await silo.call('GET', '/api/info')).status, 418);
  });

  it('of any operation of the API, but never a control operation', async () => {
    const silo = mock.silo();
    await add(silo, { operation: '*' });
    assert.equal(await status(silo), 418);
    assert.equal((await silo.call('GET', '/api/info')).status, 418);
    for (const path of ['/health', '/faults', `/services/${SERVICE}/tickets`]) {
      assert.equal((await silo.admin('GET', path)).status, 200);
    }
    assert.deepEqual(await counts(silo), [[2, 2]]);
  });

  it('of that service only', async () => {
    const silo = mock.silo();
    await add(silo, { serviceId: 77 });
    assert.equal(await status(silo), 200);
    assert.equal(await status(silo, {}, { service: '77', token: 't77' }), 418);
  });

  it('only calls that passed path, access, body and schema', async () => {
    const silo = mock.silo();
    await add(silo);
    assert.equal(await status(silo, {}, { token: 'wrong' }), 401);
    assert.equal(await status(silo, { reason: 'NO' }), 400);
    assert.deepEqual(await counts(silo), [[0, 0]]);
  });

  it('on a 2.x path too', async () => {
    const silo = mock.silo();
    await add(silo);
    const basic = Buffer.from(`${SERVICE}:mock-service-secret`).toString('base64');
    const reply = await silo.call('POST', `/api/${FAIL}`, {
      headers: { Authorization: `Basic ${basic}`, 'Content-Type': 'application/json' }, body: '{}',
    });
    assert.equal(reply.status, 418);
  });

  for (const clientId of [26862190133482, '26862190133482']) {
    it(`of the client ${JSON.stringify(clientId)}`, async () => {
      const silo = mock.silo();
      await add(silo, { clientId });
      const ticket = await newTicket(silo, { clientId: 26862190133482 });
      const other = await newTicket(silo, { clientId: 2686219013348 });
      for (const [body, wanted] of [
        [{}, 200],
        [{ clientId: 26862190133482 }, 418],
        [{ clientId: '26862190133482' }, 418],
        [{ clientId: 2686219013348 }, 200],
        [{ parameters: 'a=b&client_id=26862190133482' }, 418],
        [{ parameters: 'client_id=5' }, 200],
        [{ parameters: '%' }, 200],
        [{ ticket }, 418],
        [{ ticket: 'none' }, 200],
        [{ ticket: 'mock-ticket-1' }, 200],
        [{ ticket: other }, 200],
      ]) assert.equal(await status(silo, body), wanted, JSON.stringify(body));
      assert.deepEqual(await counts(silo), [[4, 4]]);
    });
  }
});

describe('when', () => {
  it('the first that matches fires alone', async () => {
    const silo = mock.silo();
    await add(silo, { clientId: 5, effect: { status: 501 } });
    await add(silo, { effect: { headers: { 'X-A': 'b' } } });
    await add(silo, { effect: { status: 503 } });
    const reply = await silo.api(FAIL, {});
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['x-a'], 'b');
    assert.equal(await status(silo, { clientId: 5 }), 501);
    assert.deepEqual(await counts(silo), [[1, 1], [1, 1], [0, 0]]);
  });

  it('times: so often and never again', async () => {
    const silo = mock.silo();
    await add(silo, { times: 2 });
    await add(silo, { times: 1, effect: { status: 503 } });
    assert.deepEqual(await statuses(silo, 5), [418, 418, 503, 200, 200]);
    assert.deepEqual(await counts(silo), [[2, 2], [1, 1]]);
  });

  it('after: while it lets calls by, later ones are asked', async () => {
    const silo = mock.silo();
    await add(silo, { after: 2, times: 1 });
    await add(silo, { times: 1, effect: { status: 503 } });
    assert.deepEqual(await statuses(silo, 4), [503, 200, 418, 200]);
    assert.deepEqual(await counts(silo), [[3, 1], [1, 1]]);
  });

  it('probability 0 never, 1 always, between sometimes', async () => {
    const silo = mock.silo();
    await add(silo, { probability: 0, effect: { status: 500 } });
    await add(silo, { probability: 0.5 });
    await add(silo, { probability: 1, effect: { status: 503 } });
    const all = await statuses(silo, 100);
    assert.deepEqual(new Set(all), new Set([418, 503]));
    const hits = all.filter((one) => one === 418).length;
    assert.ok(hits > 15 && hits < 85, `${hits} of 100`);
    assert.deepEqual(await counts(silo), [[100, 0], [100, hits], [100 - hits, 100 - hits]]);
  });

  it('a fault that changes nothing leaves the answer as it is', async () => {
    const silo = mock.silo();
    await add(silo, { effect: { delayMs: 0 } });
    assertFailed(await silo.api(FAIL, {}), 'INTERNAL_SERVER_ERROR', '{"error":"server_error"}');
  });
});
