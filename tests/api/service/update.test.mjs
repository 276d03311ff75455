import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../../lib/mock.mjs';
import { Members, ORGANIZATION, OWNER, SEED, create, get, send, tryUpdate, update } from './services.mjs';

const mock = await startMock({ args: SEED });
after(() => mock.stop());

const members = await Members.of(mock);

test('mgmt-51 a thin update resets what it does not name', async () => {
  const silo = mock.silo();
  const before = await update(silo, members.values(0));
  const after = await update(silo, { accessTokenDuration: 600 });
  assert.deepEqual(members.own(after), { ...members.defaults, accessTokenDuration: 600 });
  for (const name of members.readOnly) if (name !== 'modifiedAt') assert.deepEqual(after[name], before[name], name);
  assert.deepEqual(await get(silo), after);
});

test('mgmt-51 after a thin update tokens of a code flow are made, last as it says, and can be refreshed', async () => {
  const silo = mock.silo();
  await update(silo, members.values(0));
  await update(silo, { accessTokenDuration: 600 });
  const made = await send(silo, 'POST', `${SERVICE}/client/create`, { clientName: 'x', clientType: 'CONFIDENTIAL' });
  const { clientId, clientSecret } = made.json;
  const token = await send(silo, 'POST', `${SERVICE}/auth/token/create`, { grantType: 'AUTHORIZATION_CODE', clientId, subject: 'john' });
  assert.deepEqual([token.json.resultCode, token.json.expiresIn], ['A109001', 600], token.text);
  const refreshed = await send(silo, 'POST', `${SERVICE}/auth/token`, {
    parameters: `grant_type=refresh_token&refresh_token=${token.json.refreshToken}`, clientId: String(clientId), clientSecret,
  });
  assert.deepEqual([refreshed.json.action, refreshed.json.resultCode], ['OK', 'A053001'], refreshed.text);
  const { access_token: next, expires_in: seconds } = JSON.parse(refreshed.json.responseContent);
  assert.equal(seconds, 600);
  const seen = await send(silo, 'POST', `${SERVICE}/auth/introspection`, { token: next });
  assert.deepEqual([seen.json.action, seen.json.subject], ['OK', 'john'], seen.text);
});

test('booleans, numbers and their lists are always there', async () => {
  const service = await update(mock.silo(), { serviceName: 'x' });
  for (const name of members.typed('boolean')) assert.equal(service[name], name === 'clientIdAliasEnabled', name);
  for (const name of members.typed('integer')) assert.equal(service[name], 0, name);
  assert.deepEqual([service.supportedClaimTypes, service.supportedDisplays], [['NORMAL'], ['PAGE']]);
  for (const name of members.typed('string')) assert.equal(name in service, name === 'serviceName', name);
});

test('mgmt-53 scopes come back by name, plain lists as they were sent', async () => {
  const silo = mock.silo();
  const scope = (name) => ({ name, defaultEntry: false });
  const sent = ['write', 'Read', 'a:b', 'read', 'a'].map(scope);
  const supportedGrantTypes = ['REFRESH_TOKEN', 'CIBA', 'AUTHORIZATION_CODE'];
  const service = await update(silo, { supportedScopes: sent, supportedGrantTypes });
  assert.deepEqual(service.supportedScopes, ['Read', 'a', 'a:b', 'read', 'write'].map(scope));
  assert.deepEqual(service.supportedGrantTypes, supportedGrantTypes);
  assert.deepEqual(await get(silo), service);
  assert.deepEqual((await update(silo, { supportedScopes: [] })).supportedScopes, []);
});

test('mgmt-54 the meaning of standard scopes is not the caller\'s to say', async () => {
  const silo = mock.silo();
  const mine = { description: 'mine', descriptions: [{ tag: 'en', value: 'mine' }] };
  const kept = { defaultEntry: true, attributes: [{ key: 'fapi', value: 'r' }] };
  const names = ['address', 'email', 'offline_access', 'openid', 'phone', 'profile'];
  const { supportedScopes } = await update(silo, { supportedScopes: [...names, 'own'].map((name) => ({ name, ...mine, ...kept })) });
  for (const { name, description, descriptions, ...rest } of supportedScopes) {
    assert.deepEqual(rest, kept, name);
    if (name === 'own') {
      assert.deepEqual({ description, descriptions }, mine);
      continue;
    }
    assert.match(description, /^Permission/, name);
    assert.deepEqual(descriptions.find(({ tag }) => tag === 'en'), { tag: 'en', value: description });
  }
  assert.deepEqual((await update(silo, { supportedScopes })).supportedScopes, supportedScopes);
});

const scope = (members) => ({ supportedScopes: [{ name: 'good' }, { name: 'read', ...members }] });
const pair = (list, ...pairs) => scope({ [list]: pairs });
const alias = (...list) => ({ mtlsEndpointAliases: [{ name: 'a', uri: 'https://a.example' }, ...list] });
const client = (name) => ({ supportedCustomClientMetadata: ['color', name] });

const REFUSED = [
  ['nothing', {}, 'A039201'],
  ['nothing but null', { serviceName: null }, 'A039201'],
  ['mgmt-55 a scope twice', { supportedScopes: [{ name: 'b' }, { name: 'a' }, { name: 'b' }] }, 'A039203', /supportedScopes/],
  ['a scope without a name', scope({ name: null }), 'A039204'],
  ['a scope with an empty name', scope({ name: '' }), 'A039204'],
  ['a scope with a space', scope({ name: 'a b' }), 'A039206'],
  ['a scope with a quote', scope({ name: 'a"b' }), 'A039206'],
  ['a scope with a backslash', scope({ name: 'a\\b' }), 'A039206'],
  ['a scope with a DEL', scope({ name: 'a\x7F' }), 'A039206'],
  ['a scope with a NUL', scope({ name: 'a\0' }), 'A039206'],
  ['a scope in Japanese', scope({ name: '読む' }), 'A039206'],
  ['a description without a tag', pair('descriptions', { value: 'x' }), 'A039217'],
  ['a tag twice', pair('descriptions', { tag: 'en', value: 'x' }, { tag: 'en', value: 'y' }), 'A039218'],
  ['a tag in Japanese', pair('descriptions', { tag: '日', value: 'x' }), 'A039220'],
  ['a description without a value', pair('descriptions', { tag: 'en' }), 'A039221'],
  ['an attribute without a key', pair('attributes', { key: '', value: 'x' }), 'A039224'],
  ['an attribute in Japanese', pair('attributes', { key: '日', value: 'x' }), 'A039226'],
  ['an attribute without a value', pair('attributes', { key: 'k' }), 'A039227'],
  ['an attribute twice', pair('attributes', { key: 'k', value: 'x' }, { key: 'k', value: 'x' }), 'A039229'],
  ['a certificate that is none', { trustedRootCertificates: ['foo'] }, 'A039230'],
  ['a certificate without its end', { trustedRootCertificates: ['-----BEGIN CERTIFICATE-----\nMAMCAQA='] }, 'A039230'],
  ['a certificate with a NUL in it', { trustedRootCertificates: ['MAMC\0AQA='] }, 'A039230'],
  ['custom metadata of RFC 7591', client('client_name'), 'A039232', /supportedCustomClientMetadata/],
  ['custom metadata of OpenID Connect', client('application_type'), 'A039232'],
  ['an issuer in Japanese', { issuer: 'https://例え.example' }, 'A031203', /issuer/],
  ['an issuer with a line break', { issuer: 'https://a.example\n' }, 'A031203'],
  ['an issuer with a # part', { issuer: 'https://a.example/#x' }, 'A031217'],
  ['an issuer with a query', { issuer: 'https://a.example/?x' }, 'A031218'],
  ['a grant type twice', { supportedGrantTypes: ['CIBA', 'PASSWORD', 'CIBA'] }, 'A031211', /supportedGrantTypes/],
  ['an ACR twice', { supportedAcrs: ['a', 'a'] }, 'A031211'],
  ['an empty ACR', { supportedAcrs: ['a', ''] }, 'A031231', /supportedAcrs/],
  ['mgmt-56 jwks that is no JSON', { jwks: 'foo' }, 'A031212', /jwks/],
  ['jwks that is a key', { jwks: '{"kty":"EC"}' }, 'A031212'],
  ['jwks with a key without a kty', { jwks: '{"keys":[{}]}' }, 'A031212'],
  ['jwks that is not ASCII', { jwks: '{"keys":[],"ü":1}' }, 'A031216'],
  ['federationJwks that is no JSON', { federationJwks: '[' }, 'A031212', /federationJwks/],
  ['credentialJwks that is no JWK Set', { credentialJwks: '[]' }, 'A031212', /credentialJwks/],
  ['an HMAC for access tokens', { accessTokenSignAlg: 'HS256' }, 'A031222'],
  ['an alias twice', alias({ name: 'a', uri: 'https://b.example' }), 'A031224'],
  ['an alias without a name', alias({ uri: 'https://b.example' }), 'A031225'],
  ['an alias in Japanese', alias({ name: '日', uri: 'https://b.example' }), 'A031226'],
  ['an alias without a URI', alias({ name: 'b' }), 'A031228'],
  ['mgmt-58 credentialsSupported as a list', { credentialIssuerMetadata: { credentialsSupported: [] } }, 'A126202',
    /\/credentialIssuerMetadata\/credentialsSupported/],
  ['mgmt-59 an authentication method that no SDK knows', { supportedTokenAuthMethods: ['SPIFFE_JWT'] }, 'A126202',
    /\/supportedTokenAuthMethods\/0/],
  ['a null in a list', { supportedScopes: [null] }, 'A126202'],
  ['a number for a text', { serviceName: 5 }, 'A126202', /\/serviceName/],
  ['a text for a boolean', { pkceRequired: 'yes' }, 'A126202', /\/pkceRequired/],
];

describe('refused, on update and on both ways to create, and nothing is changed', () => {
  const whole = { serviceName: 'before', supportedScopes: [{ name: 'read' }] };
  for (const [what, sent, code, says] of REFUSED) {
    it(what, async () => {
      const silo = mock.silo();
      const before = await update(silo, whole);
      assertRefused(await tryUpdate(silo, sent), 400, code, says);
      assert.deepEqual(await get(silo), before);
      assertRefused(await send(silo, 'POST', 'service/create', sent), 400, code, says);
      // the identity provider makes one without members by a template
      if (code !== 'A039201') assertRefused(await send(silo, 'POST', 'service', { apiServerId: 1, organizationId: 1, service: sent }), 400, code, says);
      assert.equal((await send(silo, 'GET', 'service/get/list')).json.totalCount, 2);
    });
  }
  for (const name of members.typed('integer')) {
    it(`mgmt-57 ${name} below 0`, async () => {
      const silo = mock.silo();
      assertRefused(await tryUpdate(silo, { [name]: -1 }), 400, 'A031213', new RegExp(name));
      assertRefused(await send(silo, 'POST', 'service/create', { [name]: -1 }), 400, 'A031213');
    });
  }
});

describe('accepted', () => {
  for (const [what, sent] of [
    ['an issuer with http', { issuer: 'http://localhost:8080' }],
    ['an empty JWK Set', { jwks: '{"keys":[]}' }],
    ['a certificate without its lines', { trustedRootCertificates: ['MAMC AQA=\r\n'] }],
    ['every character a scope may have', { supportedScopes: [{ name: "!#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~", defaultEntry: true }] }],
    ['the same tag in two scopes', { supportedScopes: ['a', 'b'].map((name) => ({ name, defaultEntry: false, descriptions: [{ tag: 'en', value: 'x' }] })) }],
    ['custom metadata of one\'s own', { supportedCustomClientMetadata: ['color', 'Client_Name'] }],
    ['the largest duration', { accessTokenDuration: 2 ** 53 - 1 }],
    ['supportedAcrs, although published as read-only', { supportedAcrs: ['urn:a'] }],
    ['empty lists', { supportedGrantTypes: [], supportedDisplays: [], supportedAcrs: [], mtlsEndpointAliases: [] }],
    ['zeros and NULs', { serviceName: 'a\0b', accessTokenDuration: 0 }],
  ]) {
    it(what, async () => {
      const silo = mock.silo();
      const service = await update(silo, sent);
      for (const [name, value] of Object.entries(sent)) assert.deepEqual(service[name], value, name);
      assert.deepEqual(await get(silo), service);
      assert.deepEqual(members.own(await create(silo, sent)), members.own(service));
    });
  }
});

test('members nobody knows are neither kept nor checked', async () => {
  const service = await update(mock.silo(), { serviceName: 'x', unknown: ['a', 'a', ''], other: { jwks: 'foo' } });
  assert.deepEqual(members.own(service), { ...members.defaults, serviceName: 'x' });
  assert.equal('unknown' in service || 'other' in service, false);
});

test('empty keys mean none: some SDKs cannot leave them out', async () => {
  const service = await update(mock.silo(), { serviceName: 'x', jwks: '', federationJwks: '', credentialJwks: '' });
  assert.deepEqual(members.own(service), { ...members.defaults, serviceName: 'x' });
});

test('scalars in strings', async () => {
  const { pkceRequired, userCodeLength } = await update(mock.silo(), { pkceRequired: 'true', userCodeLength: '8' });
  assert.deepEqual([pkceRequired, userCodeLength], [true, 8]);
});

describe('a form', () => {
  const body = 'serviceName=a+%C3%BC&pkceRequired=true&accessTokenDuration=600&supportedGrantTypes=CIBA+REFRESH_TOKEN&supportedAcrs=a%20b';
  const wanted = { serviceName: 'a ü', pkceRequired: true, accessTokenDuration: 600, supportedGrantTypes: ['CIBA', 'REFRESH_TOKEN'], supportedAcrs: ['a', 'b'] };
  it('is the same as JSON on update', async () => {
    const silo = mock.silo();
    const service = await update(silo, body);
    assert.deepEqual(members.own(service), { ...members.defaults, ...wanted });
    assert.deepEqual(members.own(await update(silo, wanted)), members.own(service));
  });
  it('is the same on create', async () => {
    assert.deepEqual(members.own(await create(mock.silo(), body)), { ...members.defaults, ...wanted });
  });
  it('cannot hold objects', async () => assertRefused(await tryUpdate(mock.silo(), 'supportedScopes=a'), 400, 'A126202', /\/supportedScopes/));
  it('is not empty', async () => assertRefused(await tryUpdate(mock.silo(), ''), 400, 'A126203'));
});

test('an update changes its own service alone, and clients and tickets stay', async () => {
  const silo = mock.silo();
  const other = await get(silo, '77');
  const ticket = (await silo.admin('POST', `/services/${SERVICE}/tickets`, {})).json.ticket;
  const made = await send(silo, 'POST', `${SERVICE}/client/create`, { clientName: 'x' });
  await update(silo, { serviceName: 'x' });
  assert.deepEqual(await get(silo, '77'), other);
  assert.equal((await silo.admin('GET', `/services/${SERVICE}/tickets/${ticket}`)).status, 200);
  assert.equal((await send(silo, 'GET', `${SERVICE}/client/get/${made.json.clientId}`)).status, 200);
  assert.deepEqual((await get(silo)).metadata, [{ key: 'clientCount', value: '1' }]);
});

describe('who may', () => {
  const body = { serviceName: 'x' };
  for (const [what, path, authorization] of [
    ['the service\'s token', `${SERVICE}/service/update`, `Bearer ${TOKEN}`],
    ['the organization\'s token', `${SERVICE}/service/update`, ORGANIZATION],
    ['2.x: the owner', `service/update/${SERVICE}`, OWNER],
    ['2.x: the service\'s token', `service/update/${SERVICE}`, `Bearer ${TOKEN}`],
  ]) {
    it(what, async () => {
      const silo = mock.silo();
      const reply = await send(silo, 'POST', path, body, authorization);
      assert.equal(reply.status, 200, reply.text);
      assert.deepEqual(await get(silo), reply.json);
      assert.equal(reply.json.serviceName, 'x');
    });
  }
  it('2.x: the owner, for a service that is not there', async () => {
    for (const [id, says] of [['5', /\b5\b/], ['9223372036854775807', /9223372036854775807/], ['9223372036854775808', /large/]]) {
      assertRefused(await send(mock.silo(), 'POST', `service/update/${id}`, body, OWNER), 404, 'A037201', says);
    }
  });
  it('the rules come before the service', async () => {
    assertRefused(await send(mock.silo(), 'POST', 'service/update/5', {}, OWNER), 400, 'A039201');
  });
});
