import assert from 'node:assert/strict';
import { after, it, test } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN, startMock } from '../../lib/mock.mjs';
import { IDS, done, getService, idp, listServices } from './idp.mjs';

const mock = await startMock();
after(() => mock.stop());

test('mgmt-108 a service is there as soon as it is made', async () => {
  const silo = mock.silo();
  const made = await done(silo, 'service', { ...IDS, service: { serviceName: 'mine', issuer: 'https://as.example' } });
  assert.equal(made.serviceName, 'mine');
  assert.match(made.apiSecret, /^[\w-]{43}$/);
  const reply = await getService(silo, made.apiKey);
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.json, made);
  assert.ok((await listServices(silo)).json.services.some(({ apiKey }) => apiKey === made.apiKey));
});

test('what the caller sends is what it gets, as from service/create', async () => {
  const silo = mock.silo();
  await silo.admin('PUT', '/clock', { frozen: true });
  const service = { serviceName: 'mine', accessTokenDuration: 600, supportedScopes: [{ name: 'z' }, { name: 'a' }], apiKey: 5, apiSecret: 'x' };
  const { apiKey, apiSecret, number, ...made } = await done(silo, 'service', { ...IDS, service });
  const other = await idp(silo, 'service/create', service);
  assert.equal(other.status, 201);
  const { apiKey: otherKey, apiSecret: otherSecret, number: otherNumber, ...rest } = other.json;
  assert.deepEqual(made, rest);
  assert.notEqual(apiKey, 5);
  assert.notEqual(apiKey, otherKey);
  assert.notEqual(apiSecret, otherSecret);
  assert.equal(otherNumber, number + 1);
});

test('without members of a service it is one that works', async () => {
  const silo = mock.silo();
  for (const body of [IDS, { ...IDS, service: {} }, { ...IDS, service: null }, { ...IDS, service: { serviceName: null } }, {}]) {
    const made = await done(silo, 'service', body);
    assert.equal(made.accessTokenDuration, 86400);
    assert.equal(made.backchannelPollingInterval, 5);
    assert.equal(made.directTokenEndpointEnabled, true);
    assert.deepEqual(made.supportedResponseTypes, ['NONE', 'CODE', 'ID_TOKEN', 'CODE_ID_TOKEN']);
    assert.ok(made.supportedGrantTypes.includes('CIBA'));
    assert.equal(made.supportedClaims.length, 20);
    const scopes = made.supportedScopes.map(({ name }) => name);
    assert.deepEqual(scopes, [...scopes].sort());
    assert.ok(scopes.includes('openid') && scopes.includes('grant_management_query'));
    assert.equal('jwks' in made, false, 'a private key that everybody knows is none');
  }
});

test('it can be used with a token that is made for it', async () => {
  const silo = mock.silo();
  const { apiKey } = await done(silo, 'service', IDS);
  const { accessToken } = await done(silo, 'servicetoken/create', { ...IDS, serviceId: apiKey, description: 'test' });
  const client = await silo.api('client/create', { clientName: 'x' }, { service: apiKey, token: accessToken });
  assert.equal(client.status, 201, client.text);
});

for (const [what, service, code] of [
  ['a duration below 0', { accessTokenDuration: -1 }, 'A031213'],
  ['a scope twice', { supportedScopes: [{ name: 'a' }, { name: 'a' }] }, 'A039203'],
  ['jwks that is none', { jwks: 'foo' }, 'A031212'],
  ['a number for a name', { serviceName: 5 }, 'A126202'],
]) {
  it(`a service with ${what} is not made`, async () => {
    const silo = mock.silo();
    const before = (await listServices(silo)).json;
    assertRefused(await idp(silo, 'service', { ...IDS, service }), 400, code);
    assert.deepEqual((await listServices(silo)).json, before);
  });
}

test('broken bodies', async () => {
  assertRefused(await idp(mock, 'service', '{'), 400, 'A126202');
  assertRefused(await idp(mock, 'service', ''), 400, 'A126203');
  assertRefused(await idp(mock, 'service', { apiServerId: 'tokyo' }), 400, 'A126202', /\/apiServerId/);
  assertRefused(await idp(mock, 'service/remove', IDS), 400, 'A126202', /\/serviceId/);
});

test('mgmt-109 a service is gone once it is removed', async () => {
  const silo = mock.silo();
  const { apiKey } = await done(silo, 'service', IDS);
  const { accessToken } = await done(silo, 'servicetoken/create', { ...IDS, serviceId: apiKey, description: 'test' });
  await done(silo, 'service/remove', { ...IDS, serviceId: apiKey }, 204);
  assertRefused(await getService(silo, apiKey), 403, 'A457101');
  assertRefused(await getService(silo, apiKey, accessToken), 401, 'A458101');
  assertRefused(await idp(silo, 'service/remove', { ...IDS, serviceId: apiKey }), 403, 'A457101', new RegExp(String(apiKey)));
  assert.equal((await getService(silo, SERVICE, TOKEN)).status, 200, 'the others stay');
});

test('ids may be strings of digits, as from environment variables', async () => {
  const silo = mock.silo();
  const { apiKey } = await done(silo, 'service', { apiServerId: '53285', organizationId: '1', service: { serviceName: 'x' } });
  await done(silo, 'service/remove', { apiServerId: '53285', organizationId: '1', serviceId: String(apiKey) }, 204);
});

test('apiserver tells how this server is reached', async () => {
  const silo = mock.silo();
  const headers = { Authorization: `Bearer ${ORGANIZATION_TOKEN}` };
  const list = async (caller, more) => (await caller.call('GET', '/api/apiserver', { headers: { ...headers, ...more } })).json;
  assert.deepEqual(await list(silo), [{ id: 53285, apiServerUrl: silo.url, description: 'authlete-mock' }]);
  assert.equal((await list(mock))[0].apiServerUrl, mock.url);
  assert.equal((await list(mock, { Host: 'mock.example:8080' }))[0].apiServerUrl, 'http://mock.example:8080');
  assert.equal('apiServerUrl' in (await list(mock, { Host: 'a"b' }))[0], false);
});
