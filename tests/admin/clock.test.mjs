import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL, M_CODE, assertRefused, hasTicket, newTicket, showTicket } from '../lib/check.mjs';
import { SERVICE, startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

const NEW_YEAR = Date.UTC(2030, 0, 1);
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const DAY = 86_400;

const get = async (silo) => (await silo.admin('GET', '/clock')).json;
async function put(silo, members) {
  const reply = await silo.admin('PUT', '/clock', members);
  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual(Object.keys(reply.json), ['now', 'frozen']);
  return reply.json;
}
/** A time that runs may be a little later than it was. */
function assertNear(now, expected, tolerance = 5000) {
  assert.ok(Number.isInteger(now), `${now}`);
  assert.ok(now >= expected - 1 && now <= expected + tolerance, `${now} is not about ${expected}`);
}

describe('the clock', () => {
  it('shows the real time until it is set', async () => {
    const { now, frozen } = await get(mock.silo());
    assertNear(now, Date.now() - 2000);
    assert.equal(frozen, false);
  });

  for (const [what, now, expected] of [
    ['milliseconds', NEW_YEAR + 7, NEW_YEAR + 7],
    ['RFC 3339', '2030-01-01T00:00:00Z', NEW_YEAR],
    ['RFC 3339 with a fraction and a zone', '2030-01-01T01:30:00.25+01:30', NEW_YEAR + 250],
    ['the epoch', 0, 0],
    ['the last moment', LAST, LAST],
  ]) it(`is set by ${what}`, async () => {
    const silo = mock.silo();
    assert.deepEqual(await put(silo, { now, frozen: true }), { now: expected, frozen: true });
    assert.deepEqual(await get(silo), { now: expected, frozen: true });
  });

  it('stands still or runs as it is told, and keeps what it is not told', async () => {
    const silo = mock.silo();
    let { now, frozen } = await put(silo, { now: NEW_YEAR });
    assertNear(now, NEW_YEAR);
    assert.equal(frozen, false);
    ({ now, frozen } = await put(silo, { frozen: true })); // at the time it shows
    assertNear(now, NEW_YEAR);
    await new Promise((resolve) => { setTimeout(resolve, 30); });
    assert.deepEqual(await get(silo), { now, frozen: true });
    assert.deepEqual(await put(silo, { now: NEW_YEAR }), { now: NEW_YEAR, frozen: true });
    assert.deepEqual(await put(silo, {}), { now: NEW_YEAR, frozen: true });
    assert.deepEqual(await put(silo, { now: null, frozen: null }), { now: NEW_YEAR, frozen: true });
    ({ now, frozen } = await put(silo, { frozen: false }));
    assertNear(now, NEW_YEAR);
    assert.equal(frozen, false);
    await new Promise((resolve) => { setTimeout(resolve, 30); });
    assert.ok((await get(silo)).now >= NEW_YEAR + 29);
  });

  it('an empty PUT leaves the real time real', async () => {
    const silo = mock.silo();
    await put(silo, {});
    await put(silo, { frozen: false });
    assertNear((await get(silo)).now, Date.now() - 2000);
  });

  it('is each silo\'s own', async () => {
    await put(mock.silo(), { now: NEW_YEAR, frozen: true });
    assertNear((await get(mock.silo())).now, Date.now() - 2000);
    assertNear((await get(mock)).now, Date.now() - 2000);
  });

  it('gives replies their Date, its own too', async () => {
    const silo = mock.silo();
    const date = (reply) => Date.parse(reply.headers.date);
    assert.equal(date(await silo.admin('PUT', '/clock', { now: NEW_YEAR, frozen: true })), NEW_YEAR);
    assert.equal(date(await silo.api(FAIL, {})), NEW_YEAR);
    assert.equal(date(await silo.admin('POST', '/clock/advance', { seconds: 60 })), NEW_YEAR + 60_000);
    assertNear(date(await silo.admin('POST', '/reset')), Date.now() - 3000);
  });
});

describe('advance', () => {
  it('moves a frozen clock and a running one', async () => {
    const silo = mock.silo();
    await put(silo, { now: NEW_YEAR, frozen: true });
    const reply = await silo.admin('POST', '/clock/advance', { seconds: 3600 });
    assert.deepEqual(reply.json, { now: NEW_YEAR + 3_600_000, frozen: true });
    await silo.advance(0);
    await silo.advance(0.25);
    assert.deepEqual(await get(silo), { now: NEW_YEAR + 3_600_250, frozen: true });
    const real = mock.silo();
    await real.advance(DAY);
    assertNear((await get(real)).now, Date.now() - 2000 + DAY * 1000);
    assert.equal((await get(real)).frozen, false);
  });

  it('stops at the end of the year 9999', async () => {
    const silo = mock.silo();
    await put(silo, { now: LAST - 1000, frozen: true });
    for (const seconds of [1.001, 1e12, 9e15, 1e300]) {
      assertRefused(await silo.admin('POST', '/clock/advance', { seconds }), 400, 'M000207', /seconds.*9999/);
    }
    await silo.advance(1);
    assert.deepEqual(await get(silo), { now: LAST, frozen: true });
  });

  it('adds up when many ask at once', async () => {
    const silo = mock.silo();
    await put(silo, { now: NEW_YEAR, frozen: true });
    await Promise.all(Array.from({ length: 50 }, () => silo.advance(1)));
    assert.equal((await get(silo)).now, NEW_YEAR + 50_000);
  });
});

describe('refused', () => {
  for (const [what, members, says] of [
    ['text that is no time', { now: 'tomorrow' }, /\/now\b.*RFC 3339/],
    ['a day that is none', { now: '2030-02-30T00:00:00Z' }, /\/now\b/],
    ['a time before 1970', { now: -1 }, /\/now\b/],
    ['a time after 9999', { now: LAST + 1 }, /\/now\b/],
    ['a fraction', { now: 1.5 }, /\/now\b/],
    ['an object', { now: {} }, /\/now\b/],
    ['frozen as a number', { frozen: 1 }, /\/frozen\b/],
    ['an unknown member', { time: 1 }, /\/time\b/],
  ]) it(`PUT with ${what}`, async () => {
    const silo = mock.silo();
    const before = await put(silo, { now: NEW_YEAR, frozen: true });
    assertRefused(await silo.admin('PUT', '/clock', members), 400, M_CODE, says);
    assert.deepEqual(await get(silo), before);
  });

  for (const members of [{}, { seconds: -1 }, { seconds: 'soon' }, { seconds: 1, more: 1 }]) {
    it(`advance by ${JSON.stringify(members)}`, async () => {
      assertRefused(await mock.silo().admin('POST', '/clock/advance', members), 400, M_CODE);
    });
  }

  it('no body', async () => {
    assertRefused(await mock.silo().admin('PUT', '/clock'), 400, M_CODE);
    assertRefused(await mock.silo().admin('POST', '/clock/advance'), 400, M_CODE);
  });

  it('other methods', async () => {
    assertRefused(await mock.admin('POST', '/clock', {}), 405, M_CODE);
    assertRefused(await mock.admin('GET', '/clock/advance'), 405, M_CODE);
  });
});

describe('what follows the clock', () => {
  it('a ticket expires at its moment, and not before', async () => {
    const silo = mock.silo();
    await put(silo, { now: NEW_YEAR, frozen: true });
    const ticket = await newTicket(silo, { expiresIn: 60 });
    assert.equal((await showTicket(silo, ticket)).createdAt, NEW_YEAR);
    await silo.advance(59.999);
    assert.equal((await showTicket(silo, ticket)).expired, false);
    await silo.advance(0.001);
    assert.equal((await showTicket(silo, ticket)).expired, true);
    await put(silo, { now: NEW_YEAR + 59_999 });
    assert.equal((await showTicket(silo, ticket)).expired, false);
  });

  it('the seed\'s times count from the clock that reset releases', async () => {
    const silo = mock.silo();
    await put(silo, { now: 0, frozen: true });
    await silo.admin('POST', '/reset');
    assertNear((await showTicket(silo, 'mock-ticket-1')).createdAt, Date.now() - 2000);
  });
});

describe('the purge', () => {
  const open = async () => {
    const silo = mock.silo();
    await put(silo, { now: NEW_YEAR, frozen: true });
    return silo;
  };

  it('takes what expired more than a day ago', async () => {
    const silo = await open();
    const ticket = await newTicket(silo, { expiresIn: 60 });
    const other = await newTicket(silo, { expiresIn: 3 * DAY });
    await silo.advance(60 + DAY);
    assert.equal((await showTicket(silo, ticket)).expired, true);
    await silo.advance(0.001);
    assert.equal(await hasTicket(silo, ticket), false);
    assert.ok(await hasTicket(silo, other));
    assert.ok(await hasTicket(silo, 'mock-ticket-1')); // never expires
    await silo.advance(3 * DAY);
    assert.equal(await hasTicket(silo, other), false);
    assert.ok(await hasTicket(silo, 'mock-ticket-1'));
  });

  it('finds what a snapshot brought', async () => {
    const silo = await open();
    const ticket = await newTicket(silo, { expiresIn: 60 });
    assert.equal((await silo.admin('PUT', '/snapshots/a')).status, 204);
    await silo.admin('POST', '/reset');
    await silo.admin('POST', '/snapshots/a/restore');
    assert.ok(await hasTicket(silo, ticket));
    await silo.advance(DAY + 61);
    assert.equal(await hasTicket(silo, ticket), false);
  });

  it('goes on after the clock was set far ahead and back', async () => {
    const silo = await open();
    await newTicket(silo, { expiresIn: 1 });
    await put(silo, { now: LAST });
    await silo.api(FAIL, {});
    await put(silo, { now: NEW_YEAR });
    const ticket = await newTicket(silo, { expiresIn: 60 });
    await silo.advance(DAY + 61);
    assert.equal(await hasTicket(silo, ticket), false);
  });

  it('counts no ticket that never expires, whatever the time', async () => {
    const silo = await open();
    await put(silo, { now: LAST });
    const { json } = await silo.admin('GET', `/services/${SERVICE}/tickets`);
    assert.equal(json.totalCount, 9);
  });
});
