// Where services, tokens and tickets come from: --seed, --seed-json, --service and the built-in seed.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FAIL, listTickets, showTicket } from '../lib/check.mjs';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN, run, withMock } from '../lib/mock.mjs';

const directory = await mkdtemp(join(tmpdir(), 'authlete-mock-seed-'));
after(() => rm(directory, { recursive: true }));

const SEED = {
  organizationTokens: ['org-1', 'org-2'],
  owner: { key: 'owner', secret: 'owner-secret' },
  services: [
    { serviceId: 11, apiSecret: 'secret-11', accessTokens: ['t11', { token: 'weak11', rights: ['VIEW_SERVICE'] }],
      tickets: [{ ticket: 'a' }, { ticket: 'b', expiresIn: 0, clientId: 5 }, {}] },
    { serviceId: 12, accessTokens: ['t12'] },
  ],
};

/** The status of a fail call per [service, token]. */
const statuses = (mock, ...pairs) => Promise.all(
  pairs.map(async ([service, token]) => (await mock.api(FAIL, {}, { service, token })).status));

async function assertIsSeeded(mock) {
  assert.deepEqual(await statuses(mock,
    ['11', 't11'], ['11', 'weak11'], ['12', 't12'], ['11', 't12'], ['11', 'org-1'], ['12', 'org-2']),
  [200, 403, 200, 403, 200, 200]);
  const names = await listTickets(mock, '11');
  assert.equal(names.length, 3);
  assert.ok(names.includes('a') && names.includes('b'));
  const b = await showTicket(mock, 'b', '11');
  assert.equal(b.expired, true);
  assert.equal(b.clientId, 5);
  assert.deepEqual(await listTickets(mock, '12'), []);
}

test('the built-in seed', () => withMock({}, async (mock) => {
  assert.deepEqual(await statuses(mock, [SERVICE, TOKEN], [SERVICE, ORGANIZATION_TOKEN]), [200, 200]);
  assert.deepEqual(await listTickets(mock), Array.from({ length: 9 }, (_, i) => `mock-ticket-${i + 1}`));
  const reply = await mock.call('POST', `/api/${FAIL}`, {
    headers: { Authorization: `Basic ${Buffer.from(`${SERVICE}:mock-service-secret`).toString('base64')}`, 'Content-Type': 'application/json' },
    body: '{}',
  });
  assert.equal(reply.status, 200, reply.text);
}));

test('--seed FILE replaces the built-in seed', async () => {
  const file = join(directory, 'seed.json');
  await writeFile(file, JSON.stringify(SEED, null, 2));
  await withMock({ args: ['--seed', file] }, async (mock) => {
    await assertIsSeeded(mock);
    assert.deepEqual(await statuses(mock, [SERVICE, TOKEN], [SERVICE, 'org-1']), [401, 403]);
  });
});

test('--seed-json TEXT, and reset goes back to it', () => withMock({ args: ['--seed-json', JSON.stringify(SEED)] }, async (mock) => {
  await assertIsSeeded(mock);
  await mock.api(FAIL, { ticket: 'a' }, { service: '11', token: 't11' });
  assert.equal(await showTicket(mock, 'a', '11'), null);
  await mock.admin('POST', '/reset');
  await assertIsSeeded(mock);
}));

test('variables do the same', () => withMock({ env: { AUTHLETE_MOCK_SEED_JSON: JSON.stringify(SEED) } }, assertIsSeeded));

test('--service adds to the built-in seed', () => withMock({ args: ['--service', '21:t21', '--service=22:t:22'] }, async (mock) => {
  assert.deepEqual(await statuses(mock, ['21', 't21'], ['22', 't:22'], ['21', ORGANIZATION_TOKEN], [SERVICE, TOKEN], ['21', TOKEN]),
    [200, 200, 200, 200, 403]);
}));

test('--service adds to a seed', () => withMock({ args: ['--seed-json', JSON.stringify(SEED), '--service', '21:t21'] }, async (mock) => {
  await assertIsSeeded(mock);
  assert.deepEqual(await statuses(mock, ['21', 't21'], ['21', 'org-1']), [200, 200]);
}));

test('services in a variable are separated by commas', () => withMock({ env: { AUTHLETE_MOCK_SERVICE: '21:t21,22:t22' } }, async (mock) => {
  assert.deepEqual(await statuses(mock, ['21', 't21'], ['22', 't22'], ['21', 't22']), [200, 200, 403]);
}));

test('an empty seed has no services', () => withMock({ args: ['--seed-json', '{}'] }, async (mock) => {
  assert.deepEqual(await statuses(mock, [SERVICE, TOKEN]), [401]);
}));

for (const [what, seed, ...says] of [
  ['no JSON', '{"services":', /./],
  ['no object', '[]', /./],
  ['a duplicate member', '{"services":[],"services":[]}', /services/],
  ['an unknown member', { nope: 1 }, /\/nope\b/],
  ['an unknown member of a service', { services: [{ serviceId: 1, accessTokens: ['x'] }, { serviceId: 2, accessTokens: [], colour: 1 }] }, /\/services\/1\/colour\b/],
  ['an unknown member of a ticket', { services: [{ serviceId: 1, accessTokens: [], tickets: [{ tiket: 'x' }] }] }, /\/services\/0\/tickets\/0\/tiket\b/],
  ['an unknown member of a token', { services: [{ serviceId: 1, accessTokens: ['x', { token: 'y', right: [] }] }] }, /\/services\/0\/accessTokens\/1\/right\b/],
  ['a member whose name needs escaping', { 'a/b~c': 1 }, /\/a~1b~0c/],
  ['a wrong type', { organizationTokens: 'x' }, /\/organizationTokens\b/],
  ['an unknown right', { services: [{ serviceId: 1, accessTokens: [{ token: 'x', rights: ['FLY'] }] }] }, /\/services\/0\/accessTokens\/0\/rights\/0\b/],
  ['a service without an id', { services: [{ accessTokens: ['x'] }] }, /\/services\/0\/serviceId\b/],
  ['the same service twice', { services: [{ serviceId: 1, accessTokens: ['x'] }, { serviceId: 1, accessTokens: ['y'] }] }, /twice/],
  ['the same ticket twice', { services: [{ serviceId: 1, accessTokens: ['x'], tickets: [{ ticket: 'dup' }, { ticket: 'dup' }] }] }, /twice/],
  ['clients, not built yet', { services: [{ serviceId: 1, accessTokens: ['x'], clients: [] }] }, /\bclients\b/],
  ['service, not built yet', { services: [{ serviceId: 1, accessTokens: ['x'], service: {} }] }, /\bservice\b/],
]) {
  test(`a bad seed stops the start: ${what}`, async () => {
    const text = typeof seed === 'string' ? seed : JSON.stringify(seed);
    const { code, stdout, stderr } = await run(['--port', '0', '--seed-json', text]);
    assert.equal(code, 4, stderr);
    assert.equal(stdout, '');
    for (const pattern of says) assert.match(stderr, pattern);
    assert.match(stderr, /^[^\n]+\n$/, 'one line');
  });
}

test('a seed file that is not there', async () => {
  const { code, stderr } = await run(['--port', '0', '--seed', join(directory, 'none.json')]);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /none\.json/);
});
