import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL, assertRefused, newTicket, showTicket } from '../lib/check.mjs';
import { startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

async function list(caller = mock) {
  const reply = await caller.admin('GET', '/silos');
  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual(Object.keys(reply.json), ['silos']);
  return reply.json.silos;
}

const names = async () => (await list()).map(({ name }) => name);

describe('list', () => {
  it('shows the default silo first, the others by name', async () => {
    const made = ['zebra', 'Ant', 'bee', '0.9'].map((name) => mock.silo(`list-${name}`));
    for (const silo of made) await silo.api(FAIL, { reason: 'ACCESS_DENIED' });
    const [first, ...others] = await names();
    assert.equal(first, 'default');
    assert.deepEqual(others.filter((name) => name.startsWith('list-')), ['list-0.9', 'list-Ant', 'list-bee', 'list-zebra']);
  });

  it('tells when it was made and used, and how large it is', async () => {
    const silo = mock.silo();
    const start = Date.now();
    await newTicket(silo);
    await new Promise((resolve) => { setTimeout(resolve, 60); });
    await newTicket(silo);
    const end = Date.now();
    const entry = (await list()).find(({ name }) => name === silo.name);
    assert.deepEqual(Object.keys(entry), ['name', 'createdAt', 'lastUsedAt', 'bytes']);
    assert.ok(entry.createdAt >= start && entry.createdAt <= end, `${start} ${entry.createdAt}`);
    assert.ok(entry.lastUsedAt - entry.createdAt >= 40, 'the second call was later'); // clocks tick every 10 ms
    assert.ok(entry.lastUsedAt <= end + 20);
    assert.ok(entry.bytes > 10_000 && entry.bytes < 1_000_000, entry.bytes);
  });

  it('sees a silo grow at once', async () => {
    const silo = mock.silo();
    await silo.admin('GET', '/coverage');
    const bytes = async () => (await list()).find(({ name }) => name === silo.name).bytes;
    const before = await bytes();
    await silo.admin('POST', '/services/2884000001/tickets', { count: 20_000 });
    assert.ok(await bytes() > before + 1_000_000);
  });

  it('from within a silo is the same, and makes none', async () => {
    const silo = mock.silo('never-made');
    assert.ok(!(await list(silo)).some(({ name }) => name === silo.name));
    assert.ok(!(await names()).includes(silo.name));
  });
});

describe('drop', () => {
  it('forgets the silo; the next call makes a new one', async () => {
    const silo = mock.silo();
    const ticket = await newTicket(silo);
    const reply = await silo.drop();
    assert.equal(reply.status, 204);
    assert.equal(reply.text, '');
    assert.ok(!(await names()).includes(silo.name));
    assert.equal(await showTicket(silo, ticket), null);
    assert.ok((await names()).includes(silo.name));
  });

  it('can be asked for from within', async () => {
    const silo = mock.silo();
    await newTicket(silo);
    assert.equal((await silo.admin('DELETE', `/silos/${silo.name}`)).status, 204);
    assert.ok(!(await names()).includes(silo.name));
  });

  it('takes a percent-encoded name', async () => {
    const silo = mock.silo('percent.name');
    await newTicket(silo);
    assert.equal((await mock.admin('DELETE', '/silos/percent%2Ename')).status, 204);
  });

  it('404 for one that is not there', async () => {
    for (const name of ['nobody', 'x'.repeat(65), '%20', '%00']) {
      assertRefused(await mock.admin('DELETE', `/silos/${name}`), 404, 'M000214', /no silo/);
    }
    const silo = mock.silo();
    await newTicket(silo);
    await silo.drop();
    assertRefused(await silo.drop(), 404, 'M000214');
  });

  it('409 for the default one', async () => {
    const ticket = await newTicket(mock);
    assertRefused(await mock.admin('DELETE', '/silos/default'), 409, 'M000215', /reset/);
    assert.ok(await showTicket(mock, ticket));
  });

  it('wants DELETE', async () => {
    const reply = await mock.admin('POST', '/silos/default', {});
    assertRefused(reply, 405, 'M000203');
    assert.equal(reply.headers.allow, 'DELETE');
  });
});
