import assert from 'node:assert/strict';
import { X509Certificate, createHash, generateKeyPairSync } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { after, describe, it } from 'node:test';
import { SignJWT, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import {
  FOREIGN, NONCES, WEB, create, exists, introspect, jwt, sha256, startTokens,
} from '../../lib/tokens.mjs';

const mock = await startTokens();
after(() => mock.stop());
const silo = mock.silo();

function assertRefused(json, action, code, error) {
  assert.deepEqual([json.action, json.resultCode], [action, code], json.resultMessage);
  assert.match(json.responseContent, new RegExp(
    `^(Bearer|DPoP) error="${error}",error_description="\\[${code}\\] [^"\\\\]+",error_uri="https://docs.authlete.com/#${code}"`));
}

describe('auth/introspection', () => {
  it('tells of a token what was given with it', async () => {
    const { accessToken, expiresAt } = await create(silo, {
      subject: 'anna', scopes: ['read', 'write'], acr: 'gold', authTime: 1000, resources: ['https://rs.example.com'],
      properties: [{ key: 'a', value: '1' }, { key: 'b', value: '2', hidden: true }],
      authorizationDetails: { elements: [{ type: 't', otherFields: '{"x":1}' }] },
    });
    const json = await introspect(silo, accessToken);
    const { resultMessage, ...rest } = json;
    assert.match(resultMessage, /^\[A056001\] /);
    assert.deepEqual(rest, {
      resultCode: 'A056001', action: 'OK', responseContent: 'Bearer error="invalid_request"',
      clientId: WEB, clientIdAlias: 'web', clientIdAliasUsed: false, expiresAt, subject: 'anna', scopes: ['read', 'write'],
      scopeDetails: [{ name: 'read', defaultEntry: false, description: 'Look at things.' }, { name: 'write', defaultEntry: false }],
      existent: true, usable: true, sufficient: false, refreshable: true, forExternalAttachment: false,
      properties: json.properties, resources: ['https://rs.example.com'], accessTokenResources: ['https://rs.example.com'], acr: 'gold', authTime: 1000,
      authorizationDetails: { elements: [{ type: 't', otherFields: '{"x":1}' }] }, grantType: 'AUTHORIZATION_CODE',
      serviceAttributes: [{ key: 'of', value: 'service' }], clientAttributes: [{ key: 'of', value: 'client' }],
      responseSigningRequired: false,
    });
    assert.deepEqual(json.properties.map(({ key, value, hidden = false }) => [key, value, hidden]),
      [['a', '1', false], ['b', '2', true]]);
  });

  it('A057301 no token', async () => {
    for (const token of [undefined, '']) {
      const reply = await silo.api('auth/introspection', { token, subject: 'x' });
      assertRefused(reply.json, 'BAD_REQUEST', 'A057301', 'invalid_request');
    }
  });

  it('A057302 a token nobody issued; runtime-93 a refresh token', async () => {
    const { refreshToken } = await create(silo);
    for (const token of ['nothing', refreshToken]) {
      const json = await introspect(silo, token);
      assertRefused(json, 'UNAUTHORIZED', 'A057302', 'invalid_token');
      assert.deepEqual([json.existent, json.usable, json.sufficient, json.refreshable], [false, false, false, false]);
    }
  });

  it('A057303 a token of another service', async () => {
    const { accessToken } = await create(silo, {}, FOREIGN);
    for (const token of [accessToken, jwt({ jti: accessToken })]) {
      assertRefused(await introspect(silo, token), 'UNAUTHORIZED', 'A057303', 'invalid_token');
    }
  });

  it('runtime-117 a JWT is looked up by its jti', async () => {
    const { accessToken } = await create(silo);
    assert.equal((await introspect(silo, jwt({ jti: accessToken }))).resultCode, 'A056001');
  });

  for (const [code, token] of [
    ['A057304', 'a.b.c'], ['A057304', jwt({})], ['A057304', jwt({ jti: 1 })], ['A057305', jwt({ jti: '' })],
    ['A057305', jwt({ jti: null })], ['A057306', jwt({ jti: 'x' }, { alg: 'none' })],
    ['A057306', jwt({ jti: 'x' }, { alg: 'HS256' })], ['A057306', 'a.b.c.d.e'],
  ]) {
    it(`${code} ${token.slice(0, 60)}`, async () => {
      assertRefused(await introspect(silo, token), 'UNAUTHORIZED', code, 'invalid_token');
    });
  }

  it('A097303 the client is locked; mgmt-41 it is deleted, and its tokens with it', async () => {
    const own = mock.silo();
    const { accessToken } = await create(own);
    await own.api(`client/lock_flag/update/${WEB}`, { clientLocked: true });
    assertRefused(await introspect(own, accessToken), 'UNAUTHORIZED', 'A097303', 'invalid_token');
    const gone = mock.silo();
    const second = await create(gone);
    await gone.call('DELETE', `/api/2884000001/client/delete/${WEB}`, { headers: { Authorization: 'Bearer mock-service-token' } });
    assertRefused(await introspect(gone, second.accessToken), 'UNAUTHORIZED', 'A057302', 'invalid_token');
  });

  it('runtime-46 A065301 to A065303: an expired token is told once, then it is unknown', async () => {
    for (const [code, refreshable, members] of [
      ['A065301', true, { accessTokenDuration: 10, refreshTokenDuration: 60 }],
      ['A065302', false, { accessTokenDuration: 10, refreshTokenDuration: 5 }],
      ['A065303', false, { accessTokenDuration: 10, grantType: 'CLIENT_CREDENTIALS' }],
    ]) {
      const own = mock.silo();
      const { accessToken, refreshToken } = await create(own, members);
      await own.advance(9);
      assert.equal((await introspect(own, accessToken)).action, 'OK');
      await own.advance(2);
      const json = await introspect(own, accessToken);
      assertRefused(json, 'UNAUTHORIZED', code, 'invalid_token');
      assert.deepEqual([json.existent, json.usable, json.refreshable], [true, false, refreshable]);
      assert.equal((await introspect(own, accessToken)).resultCode, 'A057302');
      if (!refreshable) continue;
      const standard = await own.api('auth/introspection/standard', { parameters: `token=${refreshToken}` });
      assert.equal(JSON.parse(standard.json.responseContent).active, true, 'the refresh token lives on');
    }
  });
});

describe('auth/introspection: what is demanded of the token', () => {
  it('runtime-91 A064301, A064302 scopes; runtime-92 unknown names', async () => {
    const { accessToken } = await create(silo, { scopes: ['read'] });
    const bare = await create(silo, { scopes: [] });
    const refused = await introspect(silo, accessToken, { scopes: ['read', 'write'] });
    assertRefused(refused, 'FORBIDDEN', 'A064302', 'insufficient_scope');
    assert.match(refused.responseContent, /,scope="read write"$/);
    assert.equal(refused.sufficient, false);
    assertRefused(await introspect(silo, bare.accessToken, { scopes: ['read'] }), 'FORBIDDEN', 'A064301', 'insufficient_scope');
    const fine = await introspect(silo, accessToken, { scopes: ['read', 'unknown', 'read write'] });
    assert.deepEqual([fine.action, fine.sufficient], ['OK', true]);
    assert.equal((await introspect(silo, accessToken, { scopes: ['read write'] })).sufficient, false);
  });

  it('A066301, A066302 subject', async () => {
    const { accessToken } = await create(silo, { subject: 'john' });
    const none = await create(silo, { grantType: 'CLIENT_CREDENTIALS', subject: undefined });
    assert.equal((await introspect(silo, accessToken, { subject: 'john' })).action, 'OK');
    assertRefused(await introspect(silo, accessToken, { subject: 'jane' }), 'FORBIDDEN', 'A066302', 'invalid_request');
    assertRefused(await introspect(silo, none.accessToken, { subject: 'john' }), 'FORBIDDEN', 'A066301', 'invalid_request');
  });

  it('M000331 resources', async () => {
    const { accessToken } = await create(silo, { resources: ['https://a.example.com', 'https://b.example.com'] });
    assert.equal((await introspect(silo, accessToken, { resources: ['https://b.example.com'] })).action, 'OK');
    assertRefused(await introspect(silo, accessToken, { resources: ['https://c.example.com'] }),
      'FORBIDDEN', 'M000331', 'invalid_target');
  });

  it('runtime-112 A065304, A065305, A065307 certificate', async () => {
    const make = () => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
      '-nodes', '-keyout', '/dev/null', '-subj', '/CN=client', '-days', '1'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const pem = make();
    const certificateThumbprint = createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');
    const { accessToken } = await create(silo, { certificateThumbprint });
    for (const clientCertificate of [pem, pem.replaceAll('\n', '')]) {
      const json = await introspect(silo, accessToken, { clientCertificate });
      assert.deepEqual([json.action, json.certificateThumbprint], ['OK', certificateThumbprint]);
    }
    for (const [code, clientCertificate] of [['A065304'], ['A065305', make()], ['A065307', 'no certificate']]) {
      assertRefused(await introspect(silo, accessToken, { clientCertificate }), 'UNAUTHORIZED', code, 'invalid_token');
    }
  });

  it('A341302 acr, A340301 age of the authentication', async () => {
    const own = mock.silo();
    await own.admin('PUT', '/clock', { now: 1_000_000_000_000, frozen: true });
    const { accessToken } = await create(own, { acr: 'silver', authTime: 1_000_000_000 - 100 });
    const untimed = await create(own);
    assert.equal((await introspect(own, accessToken, { acrValues: ['gold', 'silver'], maxAge: 100 })).action, 'OK');
    const acr = await introspect(own, accessToken, { acrValues: ['gold', 'platinum'] });
    assertRefused(acr, 'FORBIDDEN', 'A341302', 'insufficient_user_authentication');
    assert.match(acr.responseContent, /,acr_values="gold platinum"$/);
    const age = await introspect(own, accessToken, { maxAge: 99 });
    assertRefused(age, 'FORBIDDEN', 'A340301', 'insufficient_user_authentication');
    assert.match(age.responseContent, /,max_age="99"$/);
    assertRefused(await introspect(own, untimed.accessToken, { maxAge: 99 }),
      'FORBIDDEN', 'A340301', 'insufficient_user_authentication');
    assert.equal((await introspect(own, untimed.accessToken, { maxAge: 0 })).action, 'OK');
  });
});

describe('auth/introspection: DPoP', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  const dpopKeyThumbprint = await calculateJwkThumbprint(jwk);
  const { accessToken, tokenType } = await create(silo, { dpopKeyThumbprint });
  const request = { htm: 'GET', htu: 'https://rs.example.com/api' };
  const claims = (more) => ({
    jti: 'j', htm: 'GET', htu: 'https://RS.example.com/api?q=1#f', iat: Math.floor(Date.now() / 1000), ath: sha256(accessToken), ...more,
  });
  const proof = (more = {}, header = {}, key = privateKey) =>
    new SignJWT(claims(more)).setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header }).sign(key);

  it('runtime-79 a proof by the key, for this token, method and URL; the scheme is DPoP', async () => {
    assert.equal(tokenType, 'DPoP');
    const json = await introspect(silo, accessToken, { dpop: await proof(), ...request });
    assert.equal(json.action, 'OK', json.resultMessage);
    assert.match(json.responseContent, /^DPoP error="invalid_request",algs="RS256 .*EdDSA"$/);
    assert.equal((await introspect(silo, accessToken, { dpop: await proof() })).action, 'OK', 'no htm, htu');
  });

  it('runtime-80 A065308 no proof', async () => {
    const json = await introspect(silo, accessToken);
    assertRefused(json, 'UNAUTHORIZED', 'A065308', 'invalid_token');
    assert.match(json.responseContent, /^DPoP .*,algs="/);
  });

  it('runtime-81 A065309 a proof by another key', async () => {
    const another = await generateKeyPair('ES256');
    const dpop = await proof({}, { jwk: await exportJWK(another.publicKey) }, another.privateKey);
    assertRefused(await introspect(silo, accessToken, { dpop, ...request }), 'UNAUTHORIZED', 'A065309', 'invalid_token');
  });

  const now = Math.floor(Date.now() / 1000);
  for (const [what, more, header] of [
    ['type', {}, { typ: 'JWT' }], ['no jti', { jti: undefined }], ['method', { htm: 'POST' }],
    ['URL', { htu: 'https://rs.example.com/other' }], ['path in capitals', { htu: 'https://rs.example.com/API' }],
    ['no iat', { iat: undefined }], ['old', { iat: now - 400 }], ['ahead', { iat: now + 400 }],
    ['no ath', { ath: undefined }], ['ath', { ath: sha256('another') }],
  ]) {
    it(`A065310 ${what}`, async () => {
      const dpop = await proof(more, header);
      assertRefused(await introspect(silo, accessToken, { dpop, ...request }), 'UNAUTHORIZED', 'A065310', 'invalid_dpop_proof');
    });
  }

  it('A065310 no JWT, and a wrong signature', async () => {
    const another = await generateKeyPair('ES256');
    for (const dpop of ['x', 'a.b.c', await proof({}, {}, another.privateKey)]) {
      assertRefused(await introspect(silo, accessToken, { dpop, ...request }), 'UNAUTHORIZED', 'A065310', 'invalid_dpop_proof');
    }
  });

  it('A065311 to A065313 header', async () => {
    const secret = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    for (const [code, header] of [
      ['A065311', { alg: 'none', jwk }], ['A065311', { alg: 'HS256', jwk }], ['A065312', { alg: 'ES256' }],
      ['A065312', { alg: 'ES256', jwk: {} }], ['A065312', { alg: 'ES256', jwk: secret }], ['A065313', { jwk }],
    ]) {
      const dpop = jwt(claims(), { typ: 'dpop+jwt', ...header });
      assertRefused(await introspect(silo, accessToken, { dpop, ...request }), 'UNAUTHORIZED', code, 'invalid_dpop_proof');
    }
  });

  it('M000332 a nonce is demanded', async () => {
    const own = mock.silo();
    const token = await create(own, { dpopKeyThumbprint }, NONCES);
    const ath = sha256(token.accessToken);
    const without = await introspect(own, token.accessToken, { dpop: await proof({ ath }) }, NONCES);
    assertRefused(without, 'UNAUTHORIZED', 'M000332', 'use_dpop_nonce');
    const nonce = without.dpopNonce;
    assert.equal(nonce.length, 43);
    const dpop = await proof({ ath, nonce });
    assert.equal((await introspect(own, token.accessToken, { dpop }, NONCES)).action, 'OK');
    await own.advance(60);
    assert.equal((await introspect(own, token.accessToken, { dpop }, NONCES)).action, 'OK', 'that of the time before');
    await own.advance(60);
    assert.equal((await introspect(own, token.accessToken, { dpop }, NONCES)).resultCode, 'M000332');
    assert.equal((await introspect(silo, accessToken, { dpop: await proof(), dpopNonceRequired: true })).resultCode, 'M000332');
  });

  it('a proof for a token that is bound to no key is not looked at', async () => {
    const free = await create(silo);
    assert.equal((await introspect(silo, free.accessToken, { dpop: 'x' })).action, 'OK');
    assert.ok(await exists(silo, free.accessToken));
  });
});
