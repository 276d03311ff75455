import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SignJWT, UnsecuredJWT, importJWK } from 'jose';
import { startMock } from '../../../lib/mock.mjs';
import { BACKCHANNEL, Ciba, IDS, ISSUER, KEY, NOTIFICATION_TOKEN, SECRET, assertAnswer, assertError } from './ciba.mjs';

const mock = await startMock();
after(() => mock.stop());
const silo = mock.silo();
const ciba = await Ciba.make(silo);
const basic = { clientId: String(IDS.POLL), clientSecret: SECRET };

const refused = async (code, error, params, { mode = 'POLL', on = ciba, members } = {}) =>
  assertError(await on.send(mode, params, members), code, 'BAD_REQUEST', error);
const invalid = (code, params, options) => refused(code, 'invalid_request', params, options);

describe('what comes back', () => {
  it('ciba-42 a poll request: every member that callers read', async () => {
    const reply = await silo.call('POST', `/api/${ciba.id}/${BACKCHANNEL}`, {
      headers: { Authorization: `Bearer ${ciba.token}`, 'Content-Type': 'application/json;charset=UTF-8' },
      body: `{"parameters":"login_hint\\u003djohn\\u0026scope\\u003dopenid+profile+email\\u0026acr_values\\u003durn:acr:2+urn:acr:1`
        + `\\u0026binding_message\\u003dW4SCT\\u0026user_code\\u003d1234\\u0026requested_expiry\\u003d120",`
        + `"clientId":"${IDS.POLL}","clientSecret":"${SECRET}","clientCertificate":null}`,
    });
    assertAnswer(reply, 'A179001', 'USER_IDENTIFICATION');
    const { ticket, resultCode, resultMessage, action, warnings, ...rest } = reply.json;
    assert.match(ticket, /^[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(rest, {
      clientId: IDS.POLL, clientIdAlias: String(IDS.POLL), clientIdAliasUsed: false, clientName: 'CIBA POLL',
      clientEntityIdUsed: false, metadataDocumentUsed: false, deliveryMode: 'POLL',
      scopes: ['openid', 'profile', 'email'].map((name) => ({ name, defaultEntry: false })),
      claimNames: ['name', 'email', 'email_verified'],
      acrs: ['urn:acr:2', 'urn:acr:1'], hintType: 'LOGIN_HINT', hint: 'john', bindingMessage: 'W4SCT',
      userCode: '1234', userCodeRequired: false, requestedExpiry: 120, clientAuthMethod: 'CLIENT_SECRET_BASIC',
    });
    assert.ok(warnings.every((text) => text.startsWith('[A176306] ')), 'profile stands for more than is supported');
    assert.ok(warnings.some((text) => / family_name /.test(text)));
  });

  it('push and ping clients send a notification token', async () => {
    for (const mode of ['PING', 'PUSH']) {
      const reply = await ciba.send(mode);
      assertAnswer(reply, 'A179001', 'USER_IDENTIFICATION');
      assert.equal(reply.json.clientNotificationToken, NOTIFICATION_TOKEN);
      assert.equal(reply.json.deliveryMode, mode);
    }
  });

  it('login_hint_token, resources, attributes, authorization details', async () => {
    const own = await Ciba.make(silo, {
      service: { attributes: [{ key: 'a', value: 'b' }], supportedAuthorizationDetailsTypes: ['pay'] },
      clients: { attributes: [{ key: 'c', value: 'd' }], authorizationDetailsTypes: ['pay'] },
    });
    const details = [{ type: 'pay', locations: ['https://rs.example'], datatypes: ['x'], identifier: 'i', amount: { n: 1 }, 'a"b': [true] }];
    const { json } = await own.form('POLL', new URLSearchParams([
      ['login_hint_token', 'abc'], ['scope', 'openid openid'], ['resource', 'https://one.example/a?b=c'],
      ['resource', 'urn:two'], ['authorization_details', JSON.stringify(details)],
    ]).toString());
    assert.equal(json.resultCode, 'A179001', JSON.stringify(json));
    assert.deepEqual([json.hintType, json.hint], ['LOGIN_HINT_TOKEN', 'abc']);
    assert.deepEqual(json.resources, ['https://one.example/a?b=c', 'urn:two']);
    assert.deepEqual(json.serviceAttributes, [{ key: 'a', value: 'b' }]);
    assert.deepEqual(json.clientAttributes, [{ key: 'c', value: 'd' }]);
    const [{ otherFields, ...element }] = json.authorizationDetails.elements;
    assert.deepEqual(element, { type: 'pay', locations: ['https://rs.example'], dataTypes: ['x'], identifier: 'i' });
    assert.deepEqual(JSON.parse(otherFields), { amount: { n: 1 }, 'a"b': [true] });
    assert.equal(json.scopes.length, 1);
  });

  it('the ACRs of a client that asks for none', async () => {
    const own = await Ciba.make(silo, { clients: { defaultAcrs: ['urn:acr:2'] } });
    assert.deepEqual((await own.send('POLL')).json.acrs, ['urn:acr:2']);
  });
});

describe('parameters', () => {
  it('ciba-41 absent is the caller\'s fault, empty the client\'s', async () => {
    assertError(await ciba.api(BACKCHANNEL, basic), 'A166201', 'INTERNAL_SERVER_ERROR', 'server_error');
    assertError(await ciba.form('POLL', null), 'A166201', 'INTERNAL_SERVER_ERROR', 'server_error');
    assertError(await ciba.form('POLL', ''), 'A166301', 'BAD_REQUEST', 'invalid_request');
    assertError(await ciba.form('POLL', '&&'), 'A166301', 'BAD_REQUEST', 'invalid_request');
  });

  it('A166202 what is no form', async () => {
    for (const text of ['scope=%ZZ', 'scope=%FF']) {
      assertError(await ciba.form('POLL', text), 'A166202', 'INTERNAL_SERVER_ERROR', 'server_error');
    }
  });

  it('A166304 a parameter twice, A166303 one without a value', async () => {
    assertError(await ciba.form('POLL', 'scope=openid&scope=openid&login_hint=a'), 'A166304', 'BAD_REQUEST', 'invalid_request');
    assertError(await ciba.form('POLL', 'scope=openid&client_id=101&client_id=101'), 'A166304', 'BAD_REQUEST', 'invalid_request');
    for (const name of ['login_hint', 'login_hint_token', 'id_token_hint', 'request', 'client_id']) {
      assertError(await ciba.form('POLL', `scope=openid&${name}=`), 'A166303', 'BAD_REQUEST', 'invalid_request');
    }
  });
});

describe('the client', () => {
  it('ciba-43 without a delivery mode, or with one that the service lacks', async () => {
    const without = await Ciba.make(silo, { clients: { bcDeliveryMode: undefined } });
    const reply = await without.send('POLL');
    assertError(reply, 'A169301', 'BAD_REQUEST', 'unauthorized_client');
    assert.equal(reply.json.clientId, IDS.POLL);
    const poll = await Ciba.make(silo, { service: { supportedBackchannelTokenDeliveryModes: ['PING'] } });
    await refused('A169302', 'unauthorized_client', {}, { on: poll });
  });

  it('ciba-44 a wrong secret', async () => {
    const reply = await ciba.send('POLL', {}, { clientSecret: 'wrong' });
    assertError(reply, 'A157305', 'UNAUTHORIZED', 'invalid_client');
  });

  it('ciba-45 the right secret in the body for a client that must use Basic', async () => {
    const reply = await ciba.send('POLL', { client_id: IDS.POLL, client_secret: SECRET }, { clientId: null, clientSecret: null });
    assertError(reply, 'A157357', 'UNAUTHORIZED', 'invalid_client');
  });

  it('ciba-46 the right secret by Basic for a client that must use the body', async () => {
    const post = await Ciba.make(silo, { clients: { tokenAuthMethod: 'CLIENT_SECRET_POST' } });
    assertError(await post.send('POLL'), 'A157304', 'UNAUTHORIZED', 'invalid_client');
    const reply = await post.send('POLL', { client_id: IDS.POLL, client_secret: SECRET }, { clientId: null, clientSecret: null });
    assertAnswer(reply, 'A179001', 'USER_IDENTIFICATION');
    assert.equal(reply.json.clientAuthMethod, 'CLIENT_SECRET_POST');
  });

  it('A168309, A168310, A168303: nobody, unknown, two', async () => {
    const none = { clientId: undefined, clientSecret: undefined };
    assertError(await ciba.send('POLL', {}, none), 'A168309', 'UNAUTHORIZED', 'invalid_client');
    assertError(await ciba.send('POLL', {}, { clientId: '999' }), 'A168310', 'UNAUTHORIZED', 'invalid_client');
    assertError(await ciba.send('POLL', { client_id: '102' }), 'A168303', 'BAD_REQUEST', 'invalid_request');
  });

  it('A168301, A168302, A168305, A168307: by its assertion', async () => {
    const key = await importJWK(KEY, 'ES256');
    const assertion = (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(key);
    const type = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
    const none = { clientId: undefined, clientSecret: undefined };
    const send = (text, params = {}, members = none) => ciba.send('POLL', { ...type, client_assertion: text, ...params }, members);
    assertError(await send('x'), 'A168301', 'UNAUTHORIZED', 'invalid_client');
    assertError(await send(await assertion({})), 'A168302', 'UNAUTHORIZED', 'invalid_client');
    const other = await assertion({ iss: '102', sub: '102' });
    assertError(await send(other, { client_id: '101' }), 'A168305', 'BAD_REQUEST', 'invalid_request');
    assertError(await send(other, {}, basic), 'A168307', 'BAD_REQUEST', 'invalid_request');
  });

  it('A168311 a public one', async () => {
    const open = await Ciba.make(silo, { clients: { clientType: 'PUBLIC', tokenAuthMethod: 'NONE' } });
    const reply = await open.send('POLL', { client_id: IDS.POLL }, { clientId: undefined, clientSecret: undefined });
    assertError(reply, 'A168311', 'BAD_REQUEST', 'unauthorized_client');
  });

  it('A166305, A166306: the grant type', async () => {
    const service = await Ciba.make(silo, { service: { supportedGrantTypes: ['AUTHORIZATION_CODE'] } });
    await refused('A166305', 'unauthorized_client', {}, { on: service });
    const client = await Ciba.make(silo, { clients: { grantTypes: ['AUTHORIZATION_CODE'] } });
    await refused('A166306', 'unauthorized_client', {}, { on: client });
  });
});

describe('the rules', () => {
  it('ciba-47 no hint, two hints', async () => {
    await invalid('A174301', { login_hint: undefined });
    await invalid('A174302', { login_hint_token: 'x' });
  });

  it('ciba-48 scope', async () => {
    await refused('A176304', 'invalid_scope', { scope: 'read' });
    await invalid('A176301', { scope: undefined });
    await invalid('A176301', { scope: '' });
    const lacking = await Ciba.make(silo, { service: { supportedScopes: [{ name: 'read' }] } });
    assertError(await lacking.send('POLL'), 'A176105', 'INTERNAL_SERVER_ERROR', 'server_error');
    const barred = await Ciba.make(silo, { clients: { extension: { requestableScopesEnabled: true, requestableScopes: ['read'] } } });
    await refused('A176305', 'invalid_scope', {}, { on: barred });
  });

  it('default scopes where the request has none', async () => {
    const own = await Ciba.make(silo, { service: { supportedScopes: [{ name: 'openid', defaultEntry: true }, { name: 'read' }] } });
    const { json } = await own.send('POLL', { scope: undefined });
    assert.deepEqual(json.scopes, [{ name: 'openid', defaultEntry: true }]);
  });

  it('ciba-49 scopes, ACRs and claims nobody knows are left out', async () => {
    const own = await Ciba.make(silo, { clients: { extension: { requestableScopesEnabled: true, requestableScopes: ['openid'] } } });
    const reply = await own.send('POLL', { scope: 'openid read bogus', acr_values: 'urn:acr:1 urn:acr:9' });
    assertAnswer(reply, 'A179001', 'USER_IDENTIFICATION');
    assert.deepEqual(reply.json.scopes.map(({ name }) => name), ['openid']);
    assert.deepEqual(reply.json.acrs, ['urn:acr:1']);
    assert.deepEqual(reply.json.warnings.map((text) => text.slice(0, 9)), ['[A176302]', '[A176303]', '[A173301]']);
  });

  it('ciba-50 a user code is wanted, and passed on', async () => {
    const own = await Ciba.make(silo, { service: { backchannelUserCodeParameterSupported: true }, clients: { bcUserCodeRequired: true } });
    await refused('A177301', 'missing_user_code', {}, { on: own });
    const { json } = await own.send('POLL', { user_code: 'any' });
    assert.deepEqual([json.resultCode, json.userCode, json.userCodeRequired], ['A179001', 'any', true]);
  });

  it('ciba-51 requested_expiry', async () => {
    for (const text of ['0', '-1', '-0']) await invalid('A201302', { requested_expiry: text });
    for (const text of ['abc', '1.5', '1e3', '99999999999', ' 1']) await invalid('A201301', { requested_expiry: text });
    assert.equal((await ciba.send('POLL', { requested_expiry: '1' })).json.requestedExpiry, 1);
  });

  it('ciba-52 the notification token', async () => {
    for (const mode of ['PING', 'PUSH']) {
      await invalid('A155301', { client_notification_token: undefined }, { mode });
      await invalid('A155302', { client_notification_token: 'x'.repeat(1025) }, { mode });
      for (const text of ['a b', 'a=b', '=', 'ü']) await invalid('A155303', { client_notification_token: text }, { mode });
      assertAnswer(await ciba.send(mode, { client_notification_token: 'x'.repeat(1024) }), 'A179001', 'USER_IDENTIFICATION');
    }
    assertAnswer(await ciba.send('POLL', { client_notification_token: 'a b' }), 'A179001', 'USER_IDENTIFICATION');
  });

  it('resources', async () => {
    await refused('A251306', 'invalid_target', { resource: 'https://a b' });
    await refused('A251307', 'invalid_target', { resource: 'relative/path' });
    await refused('A251308', 'invalid_target', { resource: 'https://rs.example/#part' });
  });

  it('authorization_details', async () => {
    const own = await Ciba.make(silo, { service: { supportedAuthorizationDetailsTypes: ['pay', 'see'] }, clients: { authorizationDetailsTypes: ['pay'] } });
    const details = (code, value) => refused(code, 'invalid_authorization_details',
      { authorization_details: typeof value === 'string' ? value : JSON.stringify(value) }, { on: own });
    await details('A249301', [{}]);
    await details('A249301', [{ type: '' }]);
    await details('A249302', [{ type: 'pay' }, { type: 'fly' }]);
    await details('A249303', [{ type: 'see' }]);
    await details('A249304', '[');
    await details('A249305', {});
    await details('A249306', ['pay']);
    await details('A249306', [{ type: 'pay', actions: 'read' }]);
    await details('A249306', [{ type: 'pay', actions: [1] }]);
    await details('A249306', [{ type: 5 }]);
  });

  it('A180301, A180302: the certificate that a push client\'s tokens are bound to', async () => {
    const bound = { tlsClientCertificateBoundAccessTokens: true };
    const own = await Ciba.make(silo, { service: bound, clients: bound });
    await invalid('A180301', {}, { mode: 'PUSH', on: own });
    await invalid('A180302', {}, { mode: 'PUSH', on: own, members: { clientCertificate: 'no certificate' } });
    assertAnswer(await own.send('PING'), 'A179001', 'USER_IDENTIFICATION');
  });
});

describe('id_token_hint', async () => {
  const key = await importJWK(KEY, 'ES256');
  const sign = (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(key);
  const good = { iss: ISSUER, aud: String(IDS.POLL), sub: 'john' };
  const hint = (text) => ({ login_hint: undefined, id_token_hint: text });

  it('gives its sub', async () => {
    for (const aud of [good.aud, ['x', good.aud]]) {
      const text = await sign({ ...good, aud });
      const { json } = await ciba.send('POLL', hint(text));
      assert.deepEqual([json.hintType, json.hint, json.sub], ['ID_TOKEN_HINT', text, 'john']);
    }
  });

  for (const [code, claims] of [
    ['A175305', { iss: undefined }], ['A175306', { iss: 'https://other.example' }], ['A175307', { aud: undefined }],
    ['A175308', { aud: ['102'] }], ['A175309', { aud: '102' }], ['A175310', { sub: undefined }],
  ]) {
    it(`${code} ${JSON.stringify(claims)}`, async () => invalid(code, hint(await sign({ ...good, ...claims }))));
  }

  it('A175301 to A175304: what is no signed JWT', async () => {
    const part = (value) => Buffer.from(value).toString('base64url');
    await invalid('A175301', hint('abc'));
    await invalid('A175302', hint(new UnsecuredJWT(good).encode()));
    await invalid('A175303', hint(`${part('{"alg":"RSA-OAEP","enc":"A128GCM"}')}.a.b.c.d`));
    await invalid('A175304', hint(`${part('{"alg":"ES256"}')}.${part('[]')}.${part('x')}`));
  });
});
