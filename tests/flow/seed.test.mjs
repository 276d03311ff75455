// Where services, tokens, clients and tickets come from: --seed, --seed-json, --service and the built-in seed.
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
  ['the same service twice', { services: [{ serviceId: 1, accessTokens: ['x'] }, { serviceId: 1, accessTokens: ['y'] }] }, /\/services\/1\/serviceId: .*already/],
  ['the same ticket twice', { services: [{ serviceId: 1, accessTokens: ['x'], tickets: [{ ticket: 'dup' }, { ticket: 'dup' }] }] }, /\/services\/0\/tickets\/1: .*twice/],
  ['a misspelt member of the API\'s Service', { services: [{ serviceId: 1, service: { isuer: 'x' } }] }, /\/services\/0\/service\/isuer\b/],
  ['a misspelt member of the API\'s Client', { services: [{ serviceId: 1, clients: [{}, { redirectUri: 'x' }] }] }, /\/services\/0\/clients\/1\/redirectUri\b/],
  ['a service with another apiKey', { services: [{ serviceId: 1, service: { apiKey: 2 } }] }, /\/services\/0\/service\/apiKey\b/],
  ['a negative duration', { services: [{ serviceId: 1, service: { accessTokenDuration: -1 } }] }, /\/services\/0\/service\/accessTokenDuration\b/],
  ['two clients of one id', { services: [{ serviceId: 1, clients: [{ clientId: 5 }, { clientId: 5 }] }] }, /\/services\/0\/clients\/1\/clientId\b/],
  ['two clients of one alias', { services: [{ serviceId: 1, clients: [{ clientIdAlias: 'a' }, { clientIdAlias: 'a' }] }] }, /\/services\/0\/clients\/1\/clientIdAlias\b/],
  ['a misspelt member of a consent', { services: [{ serviceId: 1, clients: [{ clientId: 5 }], consents: [{ clientId: 5, subject: 'j', latestGrantedScopes: [], scopes: [] }] }] }, /\/services\/0\/consents\/0\/scopes\b/],
  ['a consent without a subject', { services: [{ serviceId: 1, clients: [{ clientId: 5 }], consents: [{ clientId: 5, latestGrantedScopes: [] }] }] }, /\/services\/0\/consents\/0\/subject\b/],
  ['a scope that is two', { services: [{ serviceId: 1, clients: [{ clientId: 5 }], consents: [{ clientId: 5, subject: 'j', latestGrantedScopes: ['a', 'b c'] }] }] }, /\/services\/0\/consents\/0\/latestGrantedScopes\/1\b/],
  ['a consent for a client that is not there', { services: [{ serviceId: 1, clients: [{ clientId: 5 }] }, { serviceId: 2, clients: [{}, { clientId: 6 }], consents: [{ clientId: 6, subject: 'j', latestGrantedScopes: [] }, { clientId: 5, subject: 'j', latestGrantedScopes: [] }] }] }, /\/services\/1\/consents\/1\/clientId\b/],
  ['two consents for one client and user', { services: [{ serviceId: 1, clients: [{ clientId: 5 }], consents: [{ clientId: 5, subject: 'j', latestGrantedScopes: ['a'] }, { clientId: 5, subject: 'j', latestGrantedScopes: [] }] }] }, /\/services\/0\/consents\/1: .*twice/],
  ['a client that the API would refuse', { services: [{ serviceId: 1, clients: [{ clientName: 'c', bcDeliveryMode: 'PING' }] }] }, /\/services\/0\/clients\/0: .*A032215/],
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

// ---- Services and clients, in the API's own words ----

const get = async (mock, path, token = TOKEN) => {
  const reply = await mock.call('GET', `/api/${SERVICE}/${path}`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
};

/** The service and its clients as the API shows them. */
async function everything(mock, token = TOKEN) {
  const { clients } = await get(mock, 'client/get/list?start=0&end=100', token);
  return {
    service: await get(mock, 'service/get', token),
    clients: await Promise.all(clients.map(({ clientId }) => get(mock, `client/get/${clientId}`, token))),
  };
}

test('the built-in service is ready for every flow, with a client for each', () => withMock({}, async (mock) => {
  const { service, clients } = await everything(mock);
  assert.equal(service.apiSecret, 'mock-service-secret');
  assert.deepEqual(service.metadata, [{ key: 'clientCount', value: '9' }]);
  assert.deepEqual([...service.supportedBackchannelTokenDeliveryModes].sort(), ['PING', 'POLL', 'PUSH']);
  assert.deepEqual(service.supportedScopes.filter((scope) => scope.defaultEntry).map((scope) => scope.name), ['read']);
  const keys = JSON.parse(service.jwks).keys;
  assert.deepEqual(keys.map((key) => [key.kid, key.alg, typeof key.d]), [['mock-es256', 'ES256', 'string'], ['mock-rs256', 'RS256', 'string']]);
  for (const key of keys) createPrivateKey({ key, format: 'jwk' });
  const seen = clients.map((client) => [client.clientId - 2884100000, client.clientIdAlias.slice(5), client.clientType, client.tokenAuthMethod]);
  assert.deepEqual(seen, [
    [1, 'web', 'CONFIDENTIAL', 'CLIENT_SECRET_BASIC'], [2, 'spa', 'PUBLIC', 'NONE'],
    [3, 'ciba-poll', 'CONFIDENTIAL', 'CLIENT_SECRET_BASIC'], [4, 'ciba-ping', 'CONFIDENTIAL', 'CLIENT_SECRET_BASIC'],
    [5, 'ciba-push', 'CONFIDENTIAL', 'CLIENT_SECRET_BASIC'], [6, 'device', 'PUBLIC', 'NONE'],
    [7, 'machine', 'CONFIDENTIAL', 'CLIENT_SECRET_POST'], [8, 'private-key-jwt', 'CONFIDENTIAL', 'PRIVATE_KEY_JWT'],
    [9, 'secret-jwt', 'CONFIDENTIAL', 'CLIENT_SECRET_JWT'],
  ]);
  for (const client of clients) assert.match(client.clientSecret, /^mock-client-secret-/);
}));

test('the key of the client that signs with one is in the README', () => withMock({}, async (mock) => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const printed = JSON.parse(readme.match(/^\{"kty":"EC".*"kid":"mock-client-es256".*\}$/m)[0]);
  const { d, ...public_ } = printed;
  assert.ok(d);
  const client = await get(mock, 'client/get/mock-private-key-jwt');
  assert.deepEqual(JSON.parse(client.jwks).keys, [public_]);
  const made = createPublicKey(createPrivateKey({ key: printed, format: 'jwk' })).export({ format: 'jwk' });
  assert.deepEqual([made.x, made.y], [public_.x, public_.y]);
}));

test('what service/get and client/get answer can be pasted into a seed', async () => {
  let before;
  await withMock({}, async (mock) => {
    const lock = await mock.api('client/lock_flag/update/mock-web', { clientLocked: true });
    assert.equal(lock.status, 200, lock.text);
    before = await everything(mock);
  });
  const pasted = { serviceId: Number(SERVICE), accessTokens: ['other'], ...before };
  await withMock({ args: ['--seed-json', JSON.stringify({ services: [pasted] })] }, async (mock) => {
    assert.deepEqual(await everything(mock, 'other'), before);
    await mock.admin('POST', '/reset');
    assert.deepEqual(await everything(mock, 'other'), before);
    // and into the control call that makes a service
    await mock.admin('POST', '/reset', { to: 'empty' });
    const { accessTokens, ...rest } = pasted;
    const made = await mock.admin('POST', '/services', { ...rest, accessToken: 'third' });
    assert.equal(made.status, 201, made.text);
    assert.deepEqual(await everything(mock, 'third'), before);
  });
});

// ---- Consents ----

const CONSENTS = {
  services: [{
    serviceId: Number(SERVICE), accessTokens: [TOKEN],
    service: {
      supportedGrantTypes: ['CIBA'], supportedScopes: [{ name: 'openid' }, { name: 'read' }],
      supportedBackchannelTokenDeliveryModes: ['POLL'], backchannelAuthReqIdDuration: 600,
    },
    clients: [{ clientId: 6 }, {
      clientId: 5, clientSecret: 'secret', clientType: 'CONFIDENTIAL', tokenAuthMethod: 'CLIENT_SECRET_BASIC', grantTypes: ['CIBA'], bcDeliveryMode: 'POLL',
    }],
    consents: [
      { clientId: 5, subject: 'john', latestGrantedScopes: ['write', 'read', 'read'], mergedGrantedScopes: ['profile', 'read'], modifiedAt: 1234567890123 },
      { clientId: 6, subject: 'john', latestGrantedScopes: ['read'] },
      { clientId: 5, subject: 'jane', latestGrantedScopes: [] },
    ],
  }],
};

const consent = async (caller, clientId, subject) => {
  const { resultMessage, ...rest } = await get(caller, `client/granted_scopes/get/${clientId}/${subject}`);
  return rest;
};

/** The consents of the seed, with the times of those that have none of their own. */
async function consents(caller) {
  const all = [await consent(caller, 5, 'john'), await consent(caller, 6, 'john'), await consent(caller, 5, 'jane')];
  const times = all.slice(1).map(({ modifiedAt }) => modifiedAt);
  const base = { resultCode: 'A139002', serviceApiKey: Number(SERVICE) };
  assert.deepEqual(all, [
    { ...base, clientId: 5, subject: 'john', latestGrantedScopes: ['write', 'read'], mergedGrantedScopes: ['profile', 'read', 'write'], modifiedAt: 1234567890123 },
    { ...base, clientId: 6, subject: 'john', latestGrantedScopes: ['read'], mergedGrantedScopes: ['read'], modifiedAt: times[0] },
    { ...base, clientId: 5, subject: 'jane', modifiedAt: times[1] },
  ]);
  return times;
}

async function authorize(caller, scope) {
  const post = async (operation, members) => (await caller.api(`backchannel/authentication${operation}`, members)).json;
  const { ticket } = await post('', { clientId: '5', clientSecret: 'secret', parameters: `scope=${scope}&login_hint=john` });
  await post('/issue', { ticket });
  const done = await post('/complete', { ticket, result: 'AUTHORIZED', subject: 'john' });
  assert.equal(done.resultCode, 'A198001', done.resultMessage);
}

test('consents of a seed are there in each silo, grow like any other, and come back with a reset', () => withMock({ args: ['--seed-json', JSON.stringify(CONSENTS)] }, async (mock) => {
  const silo = mock.silo();
  for (const time of [...await consents(mock), ...await consents(silo)]) assert.ok(Math.abs(time - Date.now()) < 60_000, String(time));
  await authorize(silo, 'openid+read');
  const grown = await consent(silo, 5, 'john');
  assert.deepEqual([grown.latestGrantedScopes, grown.mergedGrantedScopes], [['openid', 'read'], ['profile', 'read', 'write', 'openid']]);
  assert.ok(grown.modifiedAt > 1234567890123);
  await consents(mock); // nothing of it there
  assert.equal((await silo.admin('PUT', '/snapshots/grown')).status, 204);
  assert.equal((await silo.admin('POST', '/reset')).status, 204);
  await consents(silo);
  assert.equal((await silo.admin('POST', '/snapshots/grown/restore')).status, 204);
  assert.deepEqual(await consent(silo, 5, 'john'), grown);
  const gone = await silo.api('client/granted_scopes/delete/5', { subject: 'john' });
  assert.equal(gone.json.resultCode, 'A140002', gone.text);
  assert.equal((await consent(silo, 5, 'john')).resultCode, 'A139001');
  assert.equal((await silo.admin('POST', '/reset', { to: 'empty' })).status, 204);
  const made = await silo.admin('POST', '/services', CONSENTS.services[0]);
  assert.equal(made.status, 201, made.text);
  await consents(silo);
}));

test('what client/granted_scopes/get answers can be pasted into a seed', async () => {
  let replies;
  const read = (mock) => Promise.all([['5', 'john'], ['6', 'john']].map(([id, subject]) => get(mock, `client/granted_scopes/get/${id}/${subject}`)));
  await withMock({ args: ['--seed-json', JSON.stringify(CONSENTS)] }, async (mock) => { replies = await read(mock); });
  const seed = { services: [{ ...CONSENTS.services[0], consents: replies }] };
  await withMock({ args: ['--seed-json', JSON.stringify(seed)] }, async (mock) => assert.deepEqual(await read(mock), replies));
});

test('services and clients survive snapshots, a restore and a restart', async () => {
  const args = ['--db', join(directory, 'clients.db')];
  let before;
  await withMock({ args }, async (mock) => {
    const seeded = await everything(mock);
    assert.equal((await mock.admin('PUT', '/snapshots/a')).status, 204);
    const update = await mock.api('service/update', { ...seeded.service, serviceName: 'Another name' });
    assert.equal(update.status, 200, update.text);
    const gone = await mock.call('DELETE', `/api/${SERVICE}/client/delete/mock-web`, { headers: { Authorization: `Bearer ${TOKEN}` } });
    assert.equal(gone.status, 204, gone.text);
    before = await everything(mock);
    assert.equal(before.service.serviceName, 'Another name');
    assert.equal(before.clients.length, 8);
    assert.equal((await mock.admin('PUT', '/snapshots/b')).status, 204);
    assert.equal((await mock.admin('POST', '/snapshots/a/restore')).status, 204);
    assert.deepEqual(await everything(mock), seeded);
    assert.equal((await mock.admin('POST', '/snapshots/b/restore')).status, 204);
    assert.deepEqual(await everything(mock), before);
    assert.equal((await mock.admin('POST', '/reset')).status, 204);
    assert.equal((await everything(mock)).clients.length, 9);
    assert.equal((await mock.admin('POST', '/snapshots/b/restore')).status, 204);
  });
  await withMock({ args }, async (mock) => assert.deepEqual(await everything(mock), before));
});

test('a seed file that is not there', async () => {
  const { code, stderr } = await run(['--port', '0', '--seed', join(directory, 'none.json')]);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /none\.json/);
});
