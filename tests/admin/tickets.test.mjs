import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL, M_CODE, assertRefused, hasTicket, listTickets, newTicket, newTickets, showTicket, until }
  from '../lib/check.mjs';
import { SERVICE, startMock } from '../lib/mock.mjs';

const mock = await startMock({ args: ['--service', '77:t77', '--service', '78:t78', '--service', '79:t79'] });
after(() => mock.stop());

const tickets = `/services/${SERVICE}/tickets`;
const create = (members, service = SERVICE) => mock.admin('POST', `/services/${service}/tickets`, members);
const DAY = 86_400_000;

describe('create', () => {
  it('one without a name', async () => {
    const reply = await create({});
    assert.equal(reply.status, 201, reply.text);
    assert.deepEqual(Object.keys(reply.json), ['ticket']);
    assert.match(reply.json.ticket, /^[A-Za-z0-9_-]{43}$/);
    assert.ok(await hasTicket(mock, reply.json.ticket));
  });

  it('no body means the same', async () => {
    const reply = await mock.admin('POST', tickets);
    assert.equal(reply.status, 201, reply.text);
    assert.match(reply.json.ticket, /^[A-Za-z0-9_-]{43}$/);
  });

  it('many by count, alike', async () => {
    const reply = await create({ count: 2, expiresIn: 60, clientId: 5 });
    assert.equal(reply.status, 201, reply.text);
    for (const ticket of reply.json.tickets) {
      const { createdAt, expiresAt, clientId } = await showTicket(mock, ticket);
      assert.deepEqual([expiresAt - createdAt, clientId], [60_000, 5]);
    }
  });

  it('nulls mean absent', async () => {
    const reply = await create({ ticket: null, expiresIn: null, clientId: null });
    assert.equal(reply.status, 201, reply.text);
    assert.match(reply.json.ticket, /^[A-Za-z0-9_-]{43}$/);
  });

  for (const name of ['plain', 'a/b', 'a b+c%20', 'ü名😀', '..', '?x=1&y#z', 'nul\0inside', 'x'.repeat(200)]) {
    it(`one named ${JSON.stringify(name).slice(0, 30)}`, async () => {
      assert.deepEqual((await create({ ticket: name })).json, { ticket: name });
      assert.equal((await showTicket(mock, name)).ticket, name);
      assert.ok((await listTickets(mock)).includes(name));
      assert.equal((await mock.api(FAIL, { ticket: name })).status, 200);
      assert.equal(await showTicket(mock, name), null);
    });
  }

  it('many by count', async () => {
    const names = await newTickets(mock, 1000, '77');
    assert.equal(new Set(names).size, 1000);
    assert.deepEqual(await listTickets(mock, '77'), names.slice().sort());
  });

  it('many by list, in their order', async () => {
    const reply = await create({ tickets: [{ ticket: 'l1' }, {}, { ticket: 'l3', expiresIn: 0 }] });
    assert.equal(reply.status, 201, reply.text);
    assert.equal(reply.json.tickets.length, 3);
    assert.equal(reply.json.tickets[0], 'l1');
    assert.match(reply.json.tickets[1], /^[A-Za-z0-9_-]{43}$/);
    assert.equal(reply.json.tickets[2], 'l3');
    assert.equal((await showTicket(mock, 'l1')).expired, false);
    assert.equal((await showTicket(mock, 'l3')).expired, true);
  });

  it('20,000 at once and not one more', async () => {
    assert.equal((await newTickets(mock, 20_000, '78')).length, 20_000);
    assertRefused(await create({ count: 20_001 }, '78'), 400, M_CODE, /\/count\b/);
    const list = Array.from({ length: 20_001 }, () => ({}));
    assertRefused(await create({ tickets: list }, '78'), 400, M_CODE, /\/tickets\b/);
    assert.equal((await listTickets(mock, '78')).length, 20_000);
  });

  it('an existing name is refused and stays as it was', async () => {
    const before = await showTicket(mock, 'mock-ticket-1');
    assertRefused(await create({ ticket: 'mock-ticket-1', expiresIn: 5 }), 409, M_CODE);
    assert.deepEqual(await showTicket(mock, 'mock-ticket-1'), before);
    assert.equal((await create({ ticket: 'mock-ticket-1' }, '77')).status, 201);
  });

  it('of a list with an existing or repeated name none is made', async () => {
    for (const name of ['mock-ticket-1', 'new-1']) {
      const before = await listTickets(mock);
      const list = [{ ticket: 'new-1' }, {}, { ticket: name }, { ticket: 'new-2' }];
      assertRefused(await create({ tickets: list }), 409, M_CODE);
      assert.deepEqual(await listTickets(mock), before);
    }
  });

  for (const [what, body, ...says] of [
    ['an unknown member', { nope: 1 }, /\/nope\b/],
    ['a name that is no string', { ticket: 5 }, /\/ticket\b/],
    ['a life that is no number', { expiresIn: 'soon' }, /\/expiresIn\b/],
    ['a negative life', { expiresIn: -1 }, /\/expiresIn\b/],
    ['a life with a fraction', { expiresIn: 1.5 }, /\/expiresIn\b/],
    ['a negative count', { count: -1 }, /\/count\b/],
    ['a count that is no number', { count: 'many' }, /\/count\b/],
    ['a list that is none', { tickets: {} }, /\/tickets\b/],
    ['a fault inside a list', { tickets: [{}, { ticket: [] }] }, /\/tickets\/1\/ticket\b/],
    ['several faults', { ticket: 5, expiresIn: 'x', nope: 1 }, /\/ticket\b/, /\/expiresIn\b/, /\/nope\b/],
    ['an array', [], /./],
    ['no ticket at all', { tickets: [] }, /\/tickets\b/],
    ['a count and a name', { count: 2, ticket: 'x' }, /./],
    ['a count and a list', { count: 2, tickets: [{}] }, /./],
    ['an empty name', { ticket: '' }, /\/ticket\b/],
  ]) {
    it(`refused: ${what}`, async () => {
      const before = await listTickets(mock);
      assertRefused(await create(body), 400, M_CODE, says);
      assert.deepEqual(await listTickets(mock), before);
    });
  }

  it('an unknown service is 404', async () => {
    for (const service of ['1', '99999999999999999999', 'abc']) {
      assertRefused(await create({}, service), 404, M_CODE);
    }
  });
});

describe('list', () => {
  it('start and end are a window over one order', async () => {
    const names = (await newTickets(mock, 25, '79')).sort();
    const pages = [];
    for (const [start, end, size] of [[0, 10, 10], [10, 20, 10], [20, 30, 5], [30, 40, 0], [5, 5, 0]]) {
      const reply = await mock.admin('GET', `/services/79/tickets?start=${start}&end=${end}`);
      assert.equal(reply.status, 200, reply.text);
      assert.equal(reply.json.totalCount, 25);
      assert.equal(reply.json.tickets.length, size);
      pages.push(...reply.json.tickets.map(({ ticket }) => ticket));
    }
    assert.deepEqual(pages.sort(), names);
  });

  it('items have the shape of a ticket shown', async () => {
    const reply = await mock.admin('GET', `${tickets}?start=0&end=3`);
    for (const item of reply.json.tickets) assert.deepEqual(item, await showTicket(mock, item.ticket));
  });

  it('what is no number is refused', async () => {
    for (const query of ['start=x', 'end=x', 'start=-1', 'end=-1', 'start=1.5', 'start=99999999999999999999']) {
      assertRefused(await mock.admin('GET', `${tickets}?${query}`), 400, M_CODE, /start|end/);
    }
  });

  it('an unknown service is 404', async () => {
    assertRefused(await mock.admin('GET', '/services/1/tickets'), 404, M_CODE);
  });
});

describe('show', () => {
  it('a ticket of the seed never expires', async () => {
    const { createdAt, ...rest } = await showTicket(mock, 'mock-ticket-9');
    assert.deepEqual(rest, { ticket: 'mock-ticket-9', serviceId: Number(SERVICE), expired: false });
    assert.ok(Math.abs(createdAt - Date.now()) < 60_000);
  });

  it('a ticket lives a day unless told', async () => {
    const state = await showTicket(mock, await newTicket(mock));
    assert.equal(state.expiresAt - state.createdAt, DAY);
    assert.equal(state.expired, false);
    assert.ok(!('clientId' in state));
  });

  it('expiresIn and clientId are kept', async () => {
    const state = await showTicket(mock, await newTicket(mock, { expiresIn: 60, clientId: 26862190133482 }));
    assert.equal(state.expiresAt - state.createdAt, 60_000);
    assert.equal(state.clientId, 26862190133482);
  });

  it('a ticket of no life is expired at once', async () => {
    const state = await showTicket(mock, await newTicket(mock, { expiresIn: 0 }));
    assert.equal(state.expiresAt, state.createdAt);
    assert.equal(state.expired, true);
  });

  it('a ticket may never expire', async () => {
    const state = await showTicket(mock, await newTicket(mock, { expiresIn: 'never' }));
    assert.equal(state.expired, false);
    assert.ok(!('expiresAt' in state));
  });

  it('a life beyond all time is no number that JSON readers cannot hold', async () => {
    for (const expiresIn of [8e12, 9e15, Number.MAX_SAFE_INTEGER, 9e18]) {
      const { expired, expiresAt } = await showTicket(mock, await newTicket(mock, { expiresIn }));
      assert.equal(expired, false);
      assert.ok(expiresAt === undefined || Number.isSafeInteger(expiresAt), `${expiresIn}: ${expiresAt}`);
    }
  });

  it('a ticket expires in time', async () => {
    const ticket = await newTicket(mock, { expiresIn: 1 });
    const { expired, expiresAt } = await showTicket(mock, ticket);
    assert.equal(expired, false);
    await until(async () => (await showTicket(mock, ticket)).expired, 'the ticket expires');
    assert.ok(Date.now() >= expiresAt);
  });

  it('what is not there is 404', async () => {
    assertRefused(await mock.admin('GET', `${tickets}/nobody`), 404, M_CODE);
    assertRefused(await mock.admin('GET', '/services/1/tickets/mock-ticket-1'), 404, M_CODE);
    assertRefused(await mock.admin('GET', '/services/77/tickets/mock-ticket-2'), 404, M_CODE);
  });
});

describe('delete', () => {
  it('deletes one, once, of this service only', async () => {
    await create({ ticket: 'both' });
    await create({ ticket: 'both' }, '77');
    const reply = await mock.admin('DELETE', `${tickets}/both`);
    assert.equal(reply.status, 204, reply.text);
    assert.equal(reply.text, '');
    assert.equal(await hasTicket(mock, 'both'), false);
    assert.ok(await hasTicket(mock, 'both', '77'));
    assertRefused(await mock.admin('DELETE', `${tickets}/both`), 404, M_CODE);
    assertRefused(await mock.admin('DELETE', '/services/1/tickets/both'), 404, M_CODE);
  });

  it('other methods are refused', async () => {
    const one = await mock.admin('POST', `${tickets}/mock-ticket-1`, {});
    assertRefused(one, 405, M_CODE);
    assert.match(one.headers.allow, /\bGET\b/);
    assert.match(one.headers.allow, /\bDELETE\b/);
    const all = await mock.admin('DELETE', tickets);
    assertRefused(all, 405, M_CODE);
    assert.match(all.headers.allow, /\bPOST\b/);
    assert.ok(await hasTicket(mock, 'mock-ticket-1'));
  });
});
