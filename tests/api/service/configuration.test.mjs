import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

function get(silo, query = {}, { service = SERVICE, token = TOKEN, method = 'GET' } = {}) {
  return silo.call(method, `/api/${service}/service/configuration?${new URLSearchParams(query)}`,
    { headers: { Authorization: `Bearer ${token}` } });
}
const patched = (...operations) => get(mock, { patch: JSON.stringify(operations) });

async function configured(service) {
  const silo = mock.silo();
  const reply = await silo.admin('POST', '/services', { serviceId: 5, accessToken: 'five', service });
  assert.equal(reply.status, 201, reply.text);
  const { json } = await get(silo, {}, { service: 5, token: 'five' });
  return json;
}

describe('the document', () => {
  it("of the built-in service: its addresses and what it supports, by the standards' names", async () => {
    const { status, json } = await get(mock);
    assert.equal(status, 200);
    assert.equal(json.issuer, 'https://as.example.com');
    for (const [name, end] of Object.entries({
      authorization_endpoint: 'authorize', token_endpoint: 'token', userinfo_endpoint: 'userinfo', jwks_uri: 'jwks',
      revocation_endpoint: 'revoke', introspection_endpoint: 'introspect', pushed_authorization_request_endpoint: 'par',
      backchannel_authentication_endpoint: 'backchannel', device_authorization_endpoint: 'device_authorization',
    })) assert.equal(json[name], `https://as.example.com/${end}`, name);
    assert.deepEqual(json.scopes_supported, ['address', 'email', 'offline_access', 'openid', 'phone', 'profile', 'read', 'write']);
    assert.deepEqual(json.grant_types_supported, ['authorization_code', 'refresh_token', 'client_credentials',
      'urn:openid:params:grant-type:ciba', 'urn:ietf:params:oauth:grant-type:device_code']);
    assert.deepEqual(json.token_endpoint_auth_methods_supported,
      ['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt']);
    assert.deepEqual(json.response_types_supported, ['code']);
    assert.equal(json.response_modes_supported.length, 7);
    assert.deepEqual(json.subject_types_supported, ['public', 'pairwise']);
    assert.equal(json.require_request_uri_registration, true);
    assert.equal(json.authorization_response_iss_parameter_supported, true);
    assert.deepEqual(json.prompt_values_supported, ['none', 'login', 'consent', 'select_account', 'create']);
    for (const name of ['acr_values_supported', 'registration_endpoint', 'end_session_endpoint', 'mtls_endpoint_aliases']) {
      assert.ok(!(name in json), name);
    }
  });

  it("signing algorithms follow from the service's keys", async () => {
    const HS = ['HS256', 'HS384', 'HS512'];
    const { json } = await get(mock);
    assert.deepEqual(json.id_token_signing_alg_values_supported, [...HS, 'RS256', 'ES256']);
    assert.deepEqual(json.userinfo_signing_alg_values_supported, ['none', ...HS, 'RS256', 'ES256']);
    assert.equal(json.request_object_signing_alg_values_supported.length, 15);
    assert.ok(!json.dpop_signing_alg_values_supported.some((alg) => /^HS|none/.test(alg)));
    assert.deepEqual((await configured({})).id_token_signing_alg_values_supported, HS);

    const { json: { keys: [, { alg, ...rsa }] } } = await mock.call('GET', `/api/${SERVICE}/service/jwks/get?includePrivateKeys=true`,
      { headers: { Authorization: `Bearer ${TOKEN}` } });
    assert.equal(alg, 'RS256');
    const free = await configured({ jwks: JSON.stringify({ keys: [rsa] }) });
    assert.deepEqual(free.id_token_signing_alg_values_supported,
      [...HS, 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']);
  });

  it('a service without settings still has one', async () => {
    const json = await configured({});
    assert.ok(!('issuer' in json));
    assert.deepEqual(json.grant_types_supported, ['authorization_code', 'refresh_token']);
    assert.deepEqual(json.code_challenge_methods_supported, ['plain', 'S256']);
  });

  it('settings of rarer features', async () => {
    const json = await configured({
      supportedAcrs: ['a', 'b'], supportedResponseTypes: ['CODE', 'CODE_ID_TOKEN', 'NONE', 'ID_TOKEN'], issSuppressed: true,
      mtlsEndpointAliases: [{ name: 'token_endpoint', uri: 'https://mtls.example/token' }],
      grantManagementEndpoint: 'https://as.example/gm', supportedPromptValues: ['LOGIN'], parRequired: true,
      supportedBackchannelTokenDeliveryModes: ['POLL'], supportedVerifiedClaims: ['given_name'],
      supportedAuthorizationDetailsTypes: ['payment'], supportedGrantTypes: ['PRE_AUTHORIZED_CODE', 'PASSWORD'],
    });
    assert.deepEqual(json.acr_values_supported, ['a', 'b']);
    assert.deepEqual(json.response_types_supported, ['code', 'code id_token', 'none', 'id_token']);
    assert.equal(json.authorization_response_iss_parameter_supported, false);
    assert.deepEqual(json.mtls_endpoint_aliases, { token_endpoint: 'https://mtls.example/token' });
    assert.deepEqual(json.grant_management_actions_supported, ['create', 'query', 'replace', 'revoke', 'merge']);
    assert.deepEqual(json.prompt_values_supported, ['login']);
    assert.equal(json.require_pushed_authorization_requests, true);
    assert.deepEqual(json.backchannel_token_delivery_modes_supported, ['poll']);
    assert.equal(json.verified_claims_supported, true);
    assert.deepEqual(json.authorization_details_types_supported, ['payment']);
    assert.deepEqual(json.grant_types_supported, ['urn:ietf:params:oauth:grant-type:pre-authorized_code', 'password']);
  });

  it('indented when asked for; the same by POST and on the 2.x path', async () => {
    const plain = await get(mock);
    assert.equal((await get(mock, { pretty: 'true' })).text, JSON.stringify(plain.json, null, 2));
    assert.equal((await get(mock, {}, { method: 'POST' })).text, plain.text);
    const basic = Buffer.from(`${SERVICE}:mock-service-secret`).toString('base64');
    for (const method of ['GET', 'POST']) {
      const v2 = await mock.call(method, '/api/service/configuration', { headers: { Authorization: `Basic ${basic}` } });
      assert.equal(v2.text, plain.text, method);
    }
  });

  it('sdk-2 by POST the parameters are in the body, as the Java and Python SDKs send them', async () => {
    const { json } = await get(mock);
    const post = (body) => mock.api('service/configuration', body);
    assert.equal((await post({ pretty: true, patch: null })).text, JSON.stringify(json, null, 2));
    assert.deepEqual((await post({})).json, json);
    const patch = JSON.stringify([{ op: 'replace', path: '/issuer', value: 'https://other.example' }]);
    assert.deepEqual((await post({ pretty: false, patch })).json, { ...json, issuer: 'https://other.example' });
    assertRefused(await post({ patch: '[' }), 400, 'A126202');
    assertRefused(await post({ pretty: 7 }), 400, 'A126202');
  });
});

describe('patch', () => {
  it('is applied to the document', async () => {
    const { status, json } = await patched(
      { op: 'replace', path: '/issuer', value: 'https://other.example' }, { op: 'remove', path: '/jwks_uri' },
      { op: 'add', path: '/scopes_supported/0', value: 'first' }, { op: 'add', path: '/a~1b', value: { c: null } },
      { op: 'test', path: '/a~1b', value: { c: null } },
    );
    assert.equal(status, 200);
    assert.equal(json.issuer, 'https://other.example');
    assert.ok(!('jwks_uri' in json));
    assert.equal(json.scopes_supported[0], 'first');
    assert.deepEqual(json['a/b'], { c: null });
  });

  it('an empty one changes nothing', async () => {
    const { text } = await get(mock);
    assert.equal((await get(mock, { patch: '' })).text, text);
    assert.equal((await patched()).text, text);
  });

  for (const [what, patch, says] of [
    ['no JSON', '[{', /at byte/],
    ['no array', '{}', /no array/],
    ['an operation that is none', '[{"op":"set","path":"/issuer","value":1}]', /operation 1: .*add, remove/],
    ['a member that is not there', '[{"op":"remove","path":"/nothing"}]', /operation 1: there is nothing/],
    ['a test that fails', '[{"op":"test","path":"/issuer","value":"x"}]', /operation 1: .*another/],
    ['no object in the end', '[{"op":"replace","path":"","value":[]}]', /no object/],
  ]) {
    it(`is refused: ${what}`, async () => assertRefused(await get(mock, { patch }), 400, 'A126202', [/"patch"/, says]));
  }
});
