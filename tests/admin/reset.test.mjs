import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FAIL, M_CODE, assertRefused, listTickets, newTicket, newTickets } from '../lib/check.mjs';
import { SERVICE, startMock } from '../lib/mock.mjs';

const mock = await startMock({ args: ['--service', '77:token-of-77'] });
after(() => mock.stop());

const SEED_TICKETS = Array.from({ length: 9 }, (_, i) => `mock-ticket-${i + 1}`);

async function change() {
  await newTickets(mock, 5);
  await newTickets(mock, 2, '77');
  await mock.api(FAIL, { ticket: 'mock-ticket-3' });
  const created = await mock.admin('POST', '/services', { serviceId: 78, accessToken: 'token-of-78' });
  assert.equal(created.status, 201, created.text);
  assert.equal((await listTickets(mock)).length, 13);
}

async function assertSeedState() {
  assert.deepEqual(await listTickets(mock), SEED_TICKETS);
  assert.deepEqual(await listTickets(mock, '77'), []);
  assert.equal((await mock.admin('GET', '/services/78/tickets')).status, 404);
  assertRefused(await mock.api(FAIL, {}, { service: '78', token: 'token-of-78' }), 401, 'A458101');
  assert.equal((await mock.api(FAIL, {}, { service: '77', token: 'token-of-77' })).status, 200);
}

for (const [what, body] of [['no body', undefined], ['an empty object', {}], ['nothing named', { to: null }]]) {
  test(`reset with ${what} goes back to the seed`, async () => {
    await change();
    const reply = await mock.admin('POST', '/reset', body);
    assert.equal(reply.status, 204, reply.text);
    assert.equal(reply.text, '');
    await assertSeedState();
  });
}

test('reset to empty leaves nothing', async () => {
  await change();
  assert.equal((await mock.admin('POST', '/reset', { to: 'empty' })).status, 204);
  assert.equal((await mock.admin('GET', `/services/${SERVICE}/tickets`)).status, 404);
  assertRefused(await mock.api(FAIL, {}), 401, 'A458101');
  await mock.admin('POST', '/reset');
  await assertSeedState();
});

test('what it does not understand changes nothing', async () => {
  await change();
  const before = await listTickets(mock);
  assertRefused(await mock.admin('POST', '/reset', { nope: 1 }), 400, M_CODE, /\/nope\b/);
  assertRefused(await mock.admin('POST', '/reset', { to: 'no where' }), 400, M_CODE, /\/to\b/);
  assertRefused(await mock.admin('POST', '/reset', { to: 'nowhere' }), 404, 'M000218', /"nowhere"/);
  assertRefused(await mock.admin('POST', '/reset', { to: [] }), 400, M_CODE, /\/to\b/);
  assertRefused(await mock.admin('GET', '/reset'), 405, M_CODE);
  assert.deepEqual(await listTickets(mock), before);
});

test('reset under load leaves exactly the seed', async () => {
  let stop = false;
  const load = Array.from({ length: 8 }, async () => {
    while (!stop) {
      const reply = await mock.api(FAIL, { ticket: 'mock-ticket-1', reason: 'ACCESS_DENIED' });
      assert.equal(reply.json?.action, 'FORBIDDEN', reply.text);
    }
  });
  for (let i = 0; i < 50; i++) {
    assert.equal((await mock.admin('POST', '/reset')).status, 204);
  }
  stop = true;
  await Promise.all(load);
  await mock.admin('POST', '/reset');
  await assertSeedState();
});

test('reset to a snapshot: its data, with the real time', async () => {
  const silo = mock.silo();
  await silo.admin('PUT', '/clock', { now: 5, frozen: true });
  await newTicket(silo, { ticket: 'kept', expiresIn: 'never' });
  const before = await listTickets(silo);
  await silo.admin('PUT', '/snapshots/a');
  await newTickets(silo, 3);
  assert.equal((await silo.admin('POST', '/reset', { to: 'a' })).status, 204);
  assert.deepEqual(await listTickets(silo), before);
  assert.ok(before.includes('kept'));
  const { now, frozen } = (await silo.admin('GET', '/clock')).json;
  assert.ok(!frozen && Math.abs(now - Date.now()) < 10_000);
});

test('reset releases the clock and keeps the snapshots', async () => {
  const silo = mock.silo();
  await silo.admin('PUT', '/clock', { now: 5, frozen: true });
  await silo.admin('PUT', '/snapshots/a');
  for (const to of ['seed', 'empty', 'a']) {
    await silo.admin('PUT', '/clock', { now: 5, frozen: true });
    assert.equal((await silo.admin('POST', '/reset', { to })).status, 204);
    assert.equal((await silo.admin('GET', '/clock')).json.frozen, false);
    assert.deepEqual((await silo.admin('GET', '/snapshots')).json.snapshots.map(({ name }) => name), ['a']);
  }
});

test('reset restarts the random sequence', async () => {
  const seeded = await startMock({ args: ['--random-seed', '1'] });
  const first = await newTickets(seeded, 3);
  await seeded.admin('POST', '/reset');
  assert.deepEqual(await newTickets(seeded, 3), first);
  await seeded.stop();
});
