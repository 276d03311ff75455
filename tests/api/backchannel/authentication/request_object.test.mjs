// Signed authentication requests (CIBA Core 1.0 section 7.1.1) and the FAPI CIBA profile.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair, importJWK } from 'jose';
import { startMock } from '../../../lib/mock.mjs';
import { Ciba, IDS, ISSUER, KEY, NOTIFICATION_TOKEN, SECRET, assertAnswer, assertError } from './ciba.mjs';

const mock = await startMock();
after(() => mock.stop());
const silo = mock.silo();
const { d, ...PUBLIC } = KEY;
const jwks = (...keys) => JSON.stringify({ keys });
const signing = { bcRequestSignAlg: 'ES256', jwks: jwks(PUBLIC) };
const details = { service: { supportedAuthorizationDetailsTypes: ['pay'] }, clients: { ...signing, authorizationDetailsTypes: ['pay'] } };
const ciba = await Ciba.make(silo, details);
const key = await importJWK(KEY, 'ES256');
const now = Math.floor(Date.now() / 1000);
const claims = (more = {}) => ({
  iss: String(IDS.POLL), aud: ISSUER, exp: now + 300, iat: now, nbf: now, jti: 'j', scope: 'openid', login_hint: 'john', ...more,
});
const sign = (payload, { alg = 'ES256', by = key, kid } = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg, ...(kid ? { kid } : {}) }).sign(by);
const none = { scope: undefined, login_hint: undefined, client_notification_token: undefined };
const send = (request, { on = ciba, mode = 'POLL', params = {}, members } = {}) => on.send(mode, { ...none, request, ...params }, members);
const refused = async (code, request, options, action = 'BAD_REQUEST', error = 'invalid_request') =>
  assertError(await send(request, options), code, action, error);

describe('request objects', () => {
  it('take the place of the parameters', async () => {
    const request = await sign(claims({
      scope: 'openid email', acr_values: 'urn:acr:1', binding_message: 'b', user_code: 'u', requested_expiry: 60,
      request_context: { geo: [1, 2] }, resource: ['https://a.example', 'https://b.example'], authorization_details: [{ type: 'pay' }],
    }));
    const reply = await send(request);
    assertAnswer(reply, 'A179001', 'USER_IDENTIFICATION');
    const { json } = reply;
    assert.deepEqual(json.scopes.map(({ name }) => name), ['openid', 'email']);
    assert.deepEqual([json.acrs, json.bindingMessage, json.userCode, json.requestedExpiry], [['urn:acr:1'], 'b', 'u', 60]);
    assert.deepEqual([json.requestContext, json.resources], ['{"geo":[1,2]}', ['https://a.example', 'https://b.example']]);
    assert.deepEqual(json.authorizationDetails, { elements: [{ type: 'pay' }] });
  });

  it('requested_expiry as a text, one resource, a ping client', async () => {
    const request = await sign(claims({
      iss: String(IDS.PING), requested_expiry: '60', resource: 'https://a.example', client_notification_token: NOTIFICATION_TOKEN,
    }));
    const { json } = await send(request, { mode: 'PING' });
    assert.deepEqual([json.requestedExpiry, json.resources, json.clientNotificationToken], [60, ['https://a.example'], NOTIFICATION_TOKEN]);
  });

  it('ciba-53 A167301 with a parameter beside it', async () => {
    const request = await sign(claims());
    for (const params of [{ scope: 'openid' }, { login_hint: 'x' }, { resource: 'https://a.example' }]) {
      await refused('A167301', request, { params });
    }
  });

  it('ciba-54 A167303 not signed', () => refused('A167303', new UnsecuredJWT(claims()).encode()));

  it('A167302, A167304, A167305: what is no signed JWT', async () => {
    const part = (value) => Buffer.from(value).toString('base64url');
    await refused('A167302', 'abc');
    await refused('A167304', `${part('{"alg":"RSA-OAEP","enc":"A128GCM"}')}.a.b.c.d`);
    await refused('A167305', `${part('{"alg":"ES256"}')}.${part('[]')}.${part('x')}`);
  });

  it('A167306, A167307, A168304, A168306, A168308: whose it is', async () => {
    await refused('A167306', await sign(claims({ iss: undefined })));
    const nobody = { clientId: undefined, clientSecret: undefined };
    await refused('A167307', await sign(claims({ iss: '999' })), { members: nobody });
    const other = await sign(claims({ iss: '102' }));
    await refused('A168304', other, { params: { client_id: '101' }, members: nobody });
    await refused('A168306', other);
    const assertion = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: await sign({ iss: '101' }) };
    await refused('A168308', other, { params: assertion, members: nobody });
  });

  it('A167308 to A167310: the algorithm', async () => {
    await refused('A167308', await sign(claims(), { alg: 'HS256', by: new TextEncoder().encode(SECRET) }));
    await refused('A167309', await sign(claims()), { on: await Ciba.make(silo, { clients: { jwks: jwks(PUBLIC) } }) });
    await refused('A167310', await sign(claims()), { on: await Ciba.make(silo, { clients: { ...signing, bcRequestSignAlg: 'PS256' } }) });
  });

  it('A167311 to A167314, A167101, A167103: the key', async () => {
    const good = await sign(claims());
    const on = (clients) => Ciba.make(silo, { clients: { bcRequestSignAlg: 'ES256', ...clients } });
    await refused('A167311', good, { on: await on({}) });
    await refused('A167312', await sign(claims(), { kid: 'other' }));
    const { publicKey } = await generateKeyPair('ES256');
    const second = { ...await exportJWK(publicKey), use: 'sig' };
    await refused('A167313', good, { on: await on({ jwks: jwks({ ...PUBLIC, kid: undefined }, second) }) });
    await refused('A167314', `${good.slice(0, -4)}AAAA`);
    await refused('A167101', good, { on: await on({ jwksUri: 'https://client.example/jwks' }) }, 'INTERNAL_SERVER_ERROR', 'server_error');
    await refused('A167103', good, { on: await on({ jwks: jwks({ ...PUBLIC, x: 'AA' }) }) }, 'INTERNAL_SERVER_ERROR', 'server_error');
  });

  for (const name of ['aud', 'exp', 'iat', 'nbf', 'jti']) {
    it(`A167315, A167316: ${name} is missing, is null`, async () => {
      await refused('A167315', await sign(claims({ [name]: undefined })));
      await refused('A167316', await sign(claims({ [name]: null })));
    });
  }

  for (const [code, more] of [
    ['A167317', { exp: 'soon' }], ['A167317', { requested_expiry: 1.5 }], ['A167318', { exp: now - 10 }], ['A167319', { iat: now + 1000 }],
    ['A167320', { nbf: now + 1000 }], ['A167321', { aud: 'https://other.example' }], ['A167324', { aud: ['https://other.example'] }],
    ['A167322', { client_assertion: 'x' }], ['A167323', { scope: ['openid'] }], ['A167326', { request_context: 'x' }],
  ]) {
    it(`${code} ${JSON.stringify(more)}`, async () => refused(code, await sign(claims(more))));
  }

  for (const [code, resource] of [
    ['A251301', 5], ['A251302', [5]], ['A251303', ['a b']], ['A251304', ['a']], ['A251305', ['https://a.example#b']],
    ['A251309', 'a b'], ['A251310', 'a'], ['A251311', 'https://a.example#b'],
  ]) {
    it(`${code} resource ${JSON.stringify(resource)}`, async () =>
      refused(code, await sign(claims({ resource })), {}, 'BAD_REQUEST', 'invalid_target'));
  }
});

describe('FAPI', async () => {
  const scopes = [{ name: 'openid' }, { name: 'pay', attributes: [{ key: 'fapi', value: 'rw' }] }];
  const service = { supportedServiceProfiles: ['FAPI'], supportedScopes: scopes, supportedTokenAuthMethods: ['CLIENT_SECRET_BASIC', 'PRIVATE_KEY_JWT'] };
  const strong = { ...signing, tokenAuthMethod: 'PRIVATE_KEY_JWT', tokenAuthSignAlg: 'ES256' };
  const fapi = await Ciba.make(silo, { service, clients: strong });
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const nobody = { clientId: undefined, clientSecret: undefined };
  const prove = async (mode = 'POLL', options = {}) => ({
    client_assertion_type: type,
    client_assertion: await sign({ iss: String(IDS[mode]), sub: String(IDS[mode]), aud: ISSUER, exp: now + 300, jti: 'x' }, options),
  });
  const object = (more, options) => sign(claims({ scope: 'openid pay', ...more }), options);
  const check = async (code, request, { on = fapi, mode = 'POLL', params, members = nobody, error = 'invalid_request' } = {}) =>
    refused(code, request, { on, mode, members, params: params ?? await prove(mode) }, 'BAD_REQUEST', error);

  it('a request that keeps to it', async () => {
    assertAnswer(await send(await object(), { on: fapi, members: nobody, params: await prove() }), 'A179001', 'USER_IDENTIFICATION');
  });

  it('applies to scopes that are marked for it', async () => {
    const lax = await Ciba.make(silo, { service });
    assertAnswer(await lax.send('POLL'), 'A179001', 'USER_IDENTIFICATION');
    assertError(await lax.send('POLL', { scope: 'openid pay' }), 'A243303', 'BAD_REQUEST', 'invalid_request');
  });

  it('A243301 binding_message', async () => {
    const on = await Ciba.make(silo, { service: { ...service, backchannelBindingMessageRequiredInFapi: true }, clients: strong });
    await check('A243301', await object(), { on });
  });

  it('A243302 push', async () => {
    const request = await object({ iss: String(IDS.PUSH), client_notification_token: NOTIFICATION_TOKEN });
    await check('A243302', request, { mode: 'PUSH', error: 'unauthorized_client' });
  });

  it('A243304 a long life', async () => check('A243304', await object({ exp: now + 3601 })));

  it('A243305 a secret', async () => {
    const on = await Ciba.make(silo, { service, clients: signing });
    await check('A243305', await object(), { on, params: {}, members: {}, error: 'invalid_client' });
  });

  it('A243306, A243307: algorithms', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const keys = jwks(PUBLIC, { ...await exportJWK(publicKey), use: 'sig' });
    const object306 = await Ciba.make(silo, { service, clients: { ...strong, bcRequestSignAlg: 'RS256', jwks: keys } });
    await check('A243306', await object({}, { alg: 'RS256', by: privateKey }), { on: object306 });
    const assertion = await Ciba.make(silo, { service, clients: { ...strong, tokenAuthSignAlg: 'RS256', jwks: keys } });
    const params = await prove('POLL', { alg: 'RS256', by: privateKey });
    await check('A243307', await object(), { on: assertion, params, error: 'invalid_client' });
  });
});
