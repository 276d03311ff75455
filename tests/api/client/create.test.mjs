import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { SERVICE, TOKEN, startMock, WITHOUT_CLIENTS } from '../../lib/mock.mjs';
import { SECRET, create, get, send, setService, update } from './clients.mjs';

const mock = await startMock({ args: [...WITHOUT_CLIENTS, '--service', '77:token-of-77'] });
after(() => mock.stop());

async function assertNotMade(members, code, says) {
  const silo = mock.silo();
  assertRefused(await send(silo, 'POST', 'client/create', members), 400, code, says);
  assert.equal((await send(silo, 'GET', 'client/get/list')).json.totalCount, 0);
  const made = await create(silo);
  assertRefused(await update(silo, made.clientId, members), 400, code, says);
  assert.deepEqual(await get(silo, made.clientId), made, 'an update is refused alike');
}

test('mgmt-13 broken JSON', async () => {
  const reply = await mock.silo().call('POST', `/api/${SERVICE}/client/create`, {
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' }, body: '{',
  });
  assertRefused(reply, 400, 'A126202');
});

test('mgmt-14 an unknown member is not kept', async () => {
  const silo = mock.silo();
  const made = await create(silo, { clientName: 'x', postLogoutRedirectUris: ['https://x.example'] });
  assert.equal('postLogoutRedirectUris' in made, false);
  assert.deepEqual(await get(silo, made.clientId), made);
});

test('mgmt-15 an empty object', () => assertNotMade({}, 'A032209'));
test('mgmt-15 nulls only', () => assertNotMade({ clientName: null }, 'A032209'));

test('mgmt-16 a name alone: the defaults', async () => {
  const silo = mock.silo();
  const now = (await silo.admin('PUT', '/clock', { now: 1_700_000_000_900, frozen: true })).json.now;
  const made = await create(silo, { clientName: 'x' });
  const { clientId, clientSecret, number, serviceNumber, extension, ...rest } = made;
  assert.ok(Number.isInteger(clientId) && clientId >= 1e9 && clientId < 2 ** 32, String(clientId));
  assert.match(clientSecret, SECRET);
  assert.equal(number, 1);
  assert.ok(Number.isInteger(serviceNumber));
  assert.deepEqual(extension, {
    requestableScopesEnabled: false, accessTokenDuration: 0, refreshTokenDuration: 0, idTokenDuration: 0, tokenExchangePermitted: false,
  });
  const set = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== false && value !== 0));
  assert.deepEqual(set, {
    clientName: 'x', clientIdAlias: String(clientId), clientIdAliasEnabled: true, clientType: 'PUBLIC', tokenAuthMethod: 'NONE',
    idTokenSignAlg: 'RS256', subjectType: 'PUBLIC', createdAt: now - 900, modifiedAt: now - 900,
  });
  const falses = Object.keys(rest).filter((name) => rest[name] === false);
  for (const name of ['authTimeRequired', 'bcUserCodeRequired', 'parRequired', 'pkceRequired', 'pkceS256Required', 'dpopRequired',
    'requestObjectRequired', 'tlsClientCertificateBoundAccessTokens', 'singleAccessTokenPerSubject',
    'frontChannelRequestObjectEncryptionRequired', 'requestObjectEncryptionAlgMatchRequired', 'requestObjectEncryptionEncMatchRequired',
    'rsRequestSigned', 'locked', 'dynamicallyRegistered', 'automaticallyRegistered', 'explicitlyRegistered',
    'credentialResponseEncryptionRequired', 'mtlsEndpointAliasesUsed', 'inScopeForTokenMigration', 'discoveredByMetadataDocument']) {
    assert.ok(falses.includes(name), name);
  }
  for (const name of ['defaultMaxAge', 'trustChainExpiresAt', 'trustChainUpdatedAt', 'metadataDocumentExpiresAt', 'metadataDocumentUpdatedAt']) {
    assert.equal(rest[name], 0, name);
  }
});

test('a confidential client without a tokenAuthMethod uses its secret', async () => {
  const silo = mock.silo();
  const made = await create(silo, { clientType: 'CONFIDENTIAL' });
  assert.equal(made.tokenAuthMethod, 'CLIENT_SECRET_BASIC');
  assert.equal((await create(silo, { clientType: 'CONFIDENTIAL', tokenAuthMethod: 'NONE' })).tokenAuthMethod, 'NONE');
});

test('mgmt-17 a confidential client without a method authenticates by its secret in the Authorization header', async () => {
  const silo = mock.silo();
  const { clientId, clientSecret, tokenAuthMethod } = await create(silo, { clientName: 'x', clientType: 'CONFIDENTIAL' });
  assert.equal(tokenAuthMethod, 'CLIENT_SECRET_BASIC');
  const { json: token } = await send(silo, 'POST', 'auth/token/create', { grantType: 'AUTHORIZATION_CODE', clientId, subject: 'john' });
  const refresh = async (secret) => (await send(silo, 'POST', 'auth/token', {
    parameters: `grant_type=refresh_token&refresh_token=${token.refreshToken}`, clientId: String(clientId), clientSecret: secret,
  })).json;
  assert.deepEqual([(await refresh('wrong')).resultCode, (await refresh()).resultCode], ['A157305', 'A157304']);
  const { action, resultCode, clientAuthMethod } = await refresh(clientSecret);
  assert.deepEqual([action, resultCode, clientAuthMethod], ['OK', 'A053001', 'CLIENT_SECRET_BASIC']);
});

test('mgmt-18 a public client has a secret too', async () => {
  assert.match((await create(mock.silo(), { clientType: 'PUBLIC' })).clientSecret, SECRET);
});

test('mgmt-19 an alias that another client has', async () => {
  const silo = mock.silo();
  const made = await create(silo, { clientIdAlias: 'taken' });
  assertRefused(await send(silo, 'POST', 'client/create', { clientIdAlias: 'taken' }), 400, 'A123603', /clientIdAlias/);
  assertRefused(await send(silo, 'POST', 'client/create', { clientIdAlias: String(made.clientId) }), 400, 'A123603');
  const other = await create(silo, { clientIdAlias: 'Taken' });
  assertRefused(await update(silo, other.clientId, { clientIdAlias: 'taken' }), 400, 'A030601', /clientIdAlias/);
  assert.deepEqual(await get(silo, other.clientId), other);
  assert.equal((await update(silo, made.clientId, { clientIdAlias: 'taken' })).status, 200, 'its own');
  await create(silo, { clientIdAlias: 'taken' }, { service: '77', token: 'token-of-77' });
});

test('mgmt-20 grant types that the service lacks', async () => {
  const grantTypes = ['TOKEN_EXCHANGE', 'PASSWORD', 'CIBA'];
  assert.deepEqual((await create(mock.silo(), { grantTypes, responseTypes: ['CODE_ID_TOKEN'] })).grantTypes, grantTypes);
});

test('mgmt-21 a clientId in the body is ignored', async () => {
  const silo = mock.silo();
  const made = await create(silo, { clientId: 12345 });
  assert.notEqual(made.clientId, 12345);
  assert.equal((await send(silo, 'GET', 'client/get/12345')).status, 404);
});

const tagged = (list, tag, value) => ({ [list]: [{ tag: 'en', value: 'https://a.example' }, { tag, value }] });

describe('refused', () => {
  for (const [what, members, code, says] of [
    ['mgmt-22 the same redirect URI twice', { redirectUris: ['https://a.example/', 'https://a.example/'] }, 'A031211'],
    ['mgmt-23 a redirect URI with a # part', { redirectUris: ['https://a.example/#frag'] }, 'A031210'],
    ['a redirect URI that is relative', { redirectUris: ['/cb'] }, 'A031209'],
    ['a redirect URI without a scheme', { redirectUris: ['1a.example:80/cb'] }, 'A031209'],
    ['a redirect URI with a space', { redirectUris: ['https://a.example/a b'] }, 'A031208'],
    ['a redirect URI with a broken escape', { redirectUris: ['https://a.example/%zz'] }, 'A031208'],
    ['a redirect URI that is empty', { redirectUris: ['https://a.example', ''] }, 'A031231'],
    ['a redirect URI in Japanese', { redirectUris: ['https://例え.example/'] }, 'A031206'],
    ['a redirect URI of 201 characters', { redirectUris: [`https://a.example/${'x'.repeat(183)}`] }, 'A031207'],
    ['a request URI that is relative', { requestUris: ['request.jwt'] }, 'A031209'],
    ['a logoUri in Japanese', { logoUri: 'https://例え.example/' }, 'A031203'],
    ['a defaultMaxAge below 0', { defaultMaxAge: -1 }, 'A031213'],
    ['mgmt-24 PING without an endpoint', { bcDeliveryMode: 'PING' }, 'A032215'],
    ['mgmt-24 PUSH without an endpoint', { bcDeliveryMode: 'PUSH' }, 'A032215'],
    ['an unknown bcDeliveryMode', { bcDeliveryMode: 'ping' }, 'A031201'],
    ['mgmt-25 idTokenEncryptionEnc alone', { idTokenEncryptionEnc: 'A128GCM' }, 'A032211'],
    ['userInfoEncryptionEnc alone', { userInfoEncryptionEnc: 'A128GCM' }, 'A032212'],
    ['requestEncryptionEnc alone', { requestEncryptionEnc: 'A128GCM' }, 'A032213'],
    ['authorizationEncryptionEnc alone', { authorizationEncryptionEnc: 'A128GCM' }, 'A032214'],
    ['mgmt-26 PAIRWISE with two hosts', { subjectType: 'PAIRWISE', redirectUris: ['https://a.example', 'https://b.example'] }, 'A032221'],
    ['mgmt-27 an unknown tokenAuthMethod', { tokenAuthMethod: 'FOO' }, 'A126202', /\/tokenAuthMethod/],
    ['a sectorIdentifierUri with http', { sectorIdentifierUri: 'http://a.example/x' }, 'A032210'],
    ['TLS_CLIENT_AUTH without a subject', { tokenAuthMethod: 'TLS_CLIENT_AUTH' }, 'A032217'],
    ['TLS_CLIENT_AUTH with two subjects', { tokenAuthMethod: 'TLS_CLIENT_AUTH', tlsClientAuthSanDns: 'a', tlsClientAuthSanIp: 'b' }, 'A032216'],
    ['a subject that is no name', { tlsClientAuthSubjectDn: 'client' }, 'A032218'],
    ['jwks that is no JSON', { jwks: 'foo' }, 'A031212'],
    ['jwks without keys', { jwks: '{"kty":"EC"}' }, 'A031212'],
    ['jwks with a key that is no object', { jwks: '{"keys":["x"]}' }, 'A031212'],
    ['jwks that is not ASCII', { jwks: '{"keys":[],"ü":1}' }, 'A031216'],
    ['jwks as an object', { jwks: { keys: [] } }, 'A126202', /\/jwks/],
    ['customMetadata that is no object', { customMetadata: '[]' }, 'A032223'],
    ['customMetadata that is no JSON', { customMetadata: 'x' }, 'A032223'],
    ['an empty tag', tagged('clientNames', '', 'x'), 'A032201', /clientNames/],
    ['no tag', { descriptions: [{ value: 'x' }] }, 'A032201', /descriptions/],
    ['an empty value', tagged('clientNames', 'ja', ''), 'A032202'],
    ['a tag twice', tagged('tosUris', 'en', 'https://b.example'), 'A032203', /tosUris/],
    ['a value that is no URI', tagged('logoUris', 'ja', 'a b'), 'A032204'],
    ['a tag in Japanese', tagged('policyUris', '日', 'https://b.example'), 'A032206'],
    ['a URI in Japanese', tagged('clientUris', 'ja', 'https://例え.example'), 'A032208'],
  ]) it(what, () => assertNotMade(members, code, says));
});

describe('accepted', () => {
  for (const [what, members, derivedSectorIdentifier] of [
    ['http://localhost for WEB', { applicationType: 'WEB', redirectUris: ['http://localhost:8080/cb'] }, 'localhost'],
    ['an app\'s scheme', { redirectUris: ['com.example:/cb', 'urn:ietf:wg:oauth:2.0:oob'] }, undefined],
    ['200 characters', { redirectUris: [`https://a.example/${'x'.repeat(182)}`] }, 'a.example'],
    ['PAIRWISE with one host', { subjectType: 'PAIRWISE', redirectUris: ['https://A.example/1', 'https://a.example:8443/2'] }, 'a.example'],
    ['PAIRWISE with a sector', { subjectType: 'PAIRWISE', sectorIdentifierUri: 'https://u@s.example:1/x', redirectUris: ['https://a.example', 'https://b.example'] }, 's.example'],
    ['two hosts', { redirectUris: ['https://a.example', 'https://b.example'] }, undefined],
    ['an IPv6 host', { redirectUris: ['http://[::1]:8080/cb'] }, '[::1]'],
    ['PING with an endpoint', { bcDeliveryMode: 'PING', bcNotificationEndpoint: 'https://a.example/n' }],
    ['POLL', { bcDeliveryMode: 'POLL' }],
    ['several certificate members without TLS_CLIENT_AUTH', { tlsClientAuthSanDns: 'a', tlsClientAuthSanIp: 'b' }],
    ['TLS_CLIENT_AUTH with a subject', { tokenAuthMethod: 'TLS_CLIENT_AUTH', tlsClientAuthSubjectDn: '2.5.4.3=a\\,b+OU="x,y";C = JP' }],
  ]) {
    it(what, async () => {
      const made = await create(mock.silo(), members);
      for (const [name, value] of Object.entries(members)) assert.deepEqual(made[name], value, name);
      assert.equal(made.derivedSectorIdentifier?.toLowerCase(), derivedSectorIdentifier);
    });
  }
});

test('an empty text means absent where some SDKs cannot leave it out', async () => {
  const names = ['clientIdAlias', 'developer', 'jwks', 'customMetadata', 'bcDeliveryMode', 'sectorIdentifierUri'];
  const made = await create(mock.silo(), { clientName: 'x', ...Object.fromEntries(names.map((name) => [name, ''])) });
  assert.deepEqual(names.filter((name) => made[name] === ''), []);
});

test('customMetadata: what the service supports is kept', async () => {
  const silo = mock.silo();
  await setService(silo, { supportedCustomClientMetadata: ['color', 'size'] });
  const whole = '{"size": 1.50, "color":{"x":[true,null]}}';
  assert.equal((await create(silo, { customMetadata: whole })).customMetadata, whole, 'to the letter');
  const part = await create(silo, { customMetadata: '{"color":"red","shape":"round"}' });
  assert.deepEqual(JSON.parse(part.customMetadata), { color: 'red' });
  assert.equal('customMetadata' in await create(silo, { customMetadata: '{"shape":1}' }), false);
});

test('clientsPerDeveloper', async () => {
  const silo = mock.silo();
  await setService(silo, { clientsPerDeveloper: 2 });
  for (const developer of ['a', 'b', 'a']) await create(silo, { developer });
  assertRefused(await send(silo, 'POST', 'client/create', { developer: 'a' }), 403, 'A123601');
  await create(silo, { developer: 'b' });
  await create(silo);
});

test('a token that may only look: the reply names CREATE_CLIENT', async () => {
  const silo = mock.silo();
  const made = await silo.admin('POST', '/services', { accessTokens: [{ token: 'looks', rights: ['VIEW_CLIENT'] }] });
  const reply = await send(silo, 'POST', 'client/create', { clientName: 'x' }, { service: made.json.serviceId, token: 'looks' });
  assertRefused(reply, 403, 'A457101', /CREATE_CLIENT/);
});

test('2.x: no alias unless one is set, no extension unless one is set', async () => {
  const silo = mock.silo();
  const v2 = { service: null, authorization: `Basic ${Buffer.from(`${SERVICE}:mock-service-secret`).toString('base64')}` };
  const plain = await create(silo, { clientName: 'x' }, v2);
  assert.equal('clientIdAlias' in plain, false);
  assert.equal('extension' in plain, false);
  assert.equal(plain.clientIdAliasEnabled, false);
  assert.equal((await get(silo, plain.clientId)).clientIdAlias, String(plain.clientId), 'the same client in 3.0');
  const named = await create(silo, { clientIdAlias: 'x', extension: { accessTokenDuration: 7 } }, v2);
  assert.equal(named.clientIdAlias, 'x');
  assert.equal(named.extension.accessTokenDuration, 7);
});

test('numbers count what was ever made', async () => {
  const silo = mock.silo();
  const [one, two] = [await create(silo), await create(silo)];
  assert.equal((await send(silo, 'DELETE', `client/delete/${two.clientId}`)).status, 204);
  const three = await create(silo);
  assert.deepEqual([one.number, two.number, three.number], [1, 2, 3]);
});
