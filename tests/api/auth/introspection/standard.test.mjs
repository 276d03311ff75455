import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { compactDecrypt, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import {
  DOUBTFUL, NONCES, POOR, SPA, WEB, assertResult, create, form, jwt, keys, startTokens,
} from '../../../lib/tokens.mjs';

const mock = await startTokens();
after(() => mock.stop());
const silo = mock.silo();
const RS = 'https://rs.example.com';
const JWT_TYPE = 'application/token-introspection+jwt';

const ask = (parameters, members, at, from = silo) => from.api('auth/introspection/standard',
  { parameters: typeof parameters === 'string' ? parameters : form(parameters), ...members }, at);
const content = async (...args) => {
  const reply = await ask(...args);
  assertResult(reply, 'OK', 'A145001');
  return [JSON.parse(reply.json.responseContent), reply.json.resultMessage];
};

describe('auth/introspection/standard', () => {
  it('tells of an access token; runtime-90 hidden properties only when they are wanted', async () => {
    const { accessToken, expiresAt } = await create(silo, {
      scopes: ['read', 'write'], acr: 'gold', authTime: 1000, resources: [RS], dpopKeyThumbprint: 'thumbprint',
      properties: [{ key: 'a', value: '1' }, { key: 'b', value: '2', hidden: true }, { key: 'active', value: 'no' }],
      authorizationDetails: { elements: [{ type: 't', dataTypes: ['d'], otherFields: '{"x":{"y":1}}' }] },
    });
    const [body, message] = await content({ token: accessToken });
    assert.match(message, /\(type=access_token, active=true\)\.$/);
    assert.deepEqual(body, {
      active: true, scope: 'read write', client_id: String(WEB), token_type: 'DPoP', exp: Math.floor(expiresAt / 1000),
      sub: 'john', aud: [RS], iss: 'https://as.example.com', auth_time: 1000, acr: 'gold', cnf: { jkt: 'thumbprint' }, a: '1',
      authorization_details: [{ type: 't', datatypes: ['d'], x: { y: 1 } }],
    });
    assert.equal((await content({ token: accessToken }, { withHiddenProperties: true }))[0].b, '2');
    assert.equal((await content({ token: jwt({ jti: accessToken }) }))[0].active, true);
    assert.equal((await content({ token: accessToken }, { rsUri: RS }))[0].active, true);
    const [foreign, why] = await content({ token: accessToken }, { rsUri: 'https://other.example.com' });
    assert.deepEqual(foreign, { active: false });
    assert.match(why, /type=access_token, active=false/);
  });

  it('runtime-93 tells of a refresh token, whatever the hint', async () => {
    const { refreshToken } = await create(silo);
    for (const hint of [{}, { token_type_hint: 'access_token' }, { token_type_hint: 'refresh_token' }]) {
      const [body, message] = await content({ token: refreshToken, ...hint });
      assert.match(message, /type=refresh_token, active=true/);
      assert.deepEqual([body.active, body.scope, body.token_type], [true, 'read', undefined]);
    }
  });

  it('runtime-94 garbage; an expired token; a locked client', async () => {
    const own = mock.silo();
    const { accessToken } = await create(own, { accessTokenDuration: 5 });
    const locked = await create(own, { clientId: SPA });
    const [garbage, message] = await content({ token: 'garbage' });
    assert.deepEqual(garbage, { active: false });
    assert.match(message, /\(type=null, active=false\)\.$/);
    await own.advance(6);
    await own.api(`client/lock_flag/update/${SPA}`, { clientLocked: true });
    for (const token of [accessToken, locked.accessToken]) {
      assert.deepEqual((await content({ token }, {}, undefined, own))[0], { active: false });
    }
  });

  it('A145201, A145202, A145301, A145302, A404301 the request', async () => {
    assertResult(await silo.api('auth/introspection/standard', { rsUri: RS }), 'INTERNAL_SERVER_ERROR', 'A145201', 'server_error');
    assertResult(await ask('token=%zz'), 'INTERNAL_SERVER_ERROR', 'A145202', 'server_error');
    assertResult(await ask(''), 'BAD_REQUEST', 'A145301', 'invalid_request');
    for (const parameters of ['a=b', 'token=', 'token=a&token=b']) {
      assertResult(await ask(parameters), 'BAD_REQUEST', 'A145302', 'invalid_request');
    }
    assertResult(await ask({ token: 'x' }, { httpAcceptHeader: JWT_TYPE }), 'BAD_REQUEST', 'A404301', 'invalid_request');
  });
});

describe('auth/introspection/standard: as a JWT', () => {
  const wanted = { rsUri: RS, httpAcceptHeader: `application/json;q=0.5, ${JWT_TYPE}` };
  const published = createLocalJWKSet({ keys: keys.map(({ kty, kid, alg, use, n, e, crv, x, y }) =>
    JSON.parse(JSON.stringify({ kty, kid, alg, use, n, e, crv, x, y }))) });
  const signed = async (members) => {
    const { accessToken } = await create(silo);
    const reply = await ask({ token: accessToken }, { ...wanted, ...members });
    assertResult(reply, 'JWT', 'A145001');
    return reply.json.responseContent;
  };

  for (const alg of [undefined, 'RS256', 'ES256']) {
    it(`signed by the service, ${alg ?? 'RS256 by default'}`, async () => {
      const { payload, protectedHeader } = await jwtVerify(await signed({ introspectionSignAlg: alg }), published,
        { audience: RS, issuer: 'https://as.example.com' });
      assert.deepEqual([protectedHeader.typ, protectedHeader.alg], ['token-introspection+jwt', alg ?? 'RS256']);
      assert.equal(payload.token_introspection.active, true);
      assert.ok(Math.abs(payload.iat - Date.now() / 1000) < 60);
    });
  }

  it('signed with a shared key, encrypted with a public and with a shared one', async () => {
    const secret = 'a shared key of thirty-two bytes';
    const hs = { introspectionSignAlg: 'HS256', sharedKeyForSign: secret };
    await jwtVerify(await signed(hs), Buffer.from(secret));
    const { publicKey, privateKey } = await generateKeyPair('RSA-OAEP-256');
    const outer = await compactDecrypt(await signed({
      introspectionEncryptionAlg: 'RSA_OAEP_256', publicKeyForEncryption: JSON.stringify(await exportJWK(publicKey)),
    }), privateKey);
    assert.deepEqual([outer.protectedHeader.enc, outer.protectedHeader.cty], ['A128CBC-HS256', 'JWT']);
    await jwtVerify(Buffer.from(outer.plaintext).toString(), published);
    const shared = await compactDecrypt(await signed({
      introspectionEncryptionAlg: 'DIR', introspectionEncryptionEnc: 'A256GCM', sharedKeyForEncryption: secret,
    }), Buffer.from(secret));
    assert.equal(shared.protectedHeader.enc, 'A256GCM');
  });

  const enc = (alg, more) => ({ introspectionEncryptionAlg: alg, ...more });
  for (const [code, members, at] of [
    ['A164102', { introspectionSignAlg: 'NONE' }], ['A164102', { introspectionSignAlg: 'foo' }],
    ['A164201', { introspectionSignAlg: 'HS256' }], ['A164103', { introspectionSignAlg: 'HS256', sharedKeyForSign: 'short' }],
    ['A162203', { introspectionSignAlg: 'ES384' }], ['A162201', {}, POOR], ['A162202', {}, NONCES], ['A162204', {}, DOUBTFUL],
    ['A162109', { introspectionSignAlg: 'ES256' }, DOUBTFUL], ['A164105', enc('foo')],
    ['A164105', enc('RSA_OAEP', { introspectionEncryptionEnc: 'foo' })], ['A164301', enc('RSA_OAEP')], ['A164301', enc('DIR')],
    ['A164106', enc('RSA_OAEP', { publicKeyForEncryption: 'no JWK' })], ['A164106', enc('DIR', { sharedKeyForEncryption: 'short' })],
  ]) {
    it(`${code} ${JSON.stringify(members)}${at ? ` of service ${at.service}` : ''}`, async () => {
      assertResult(await ask({ token: 'x' }, { ...wanted, ...members }, at), 'INTERNAL_SERVER_ERROR', code, 'server_error');
    });
  }
});
