// ID tokens and JWT access tokens: what is in them, by which keys, and what keeps them from being made.

import assert from 'node:assert/strict';
import { createHash, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { compactDecrypt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { startMock } from '../../../lib/mock.mjs';
import { assertError, IDS, ISSUER, KEY, SECRET, SERVICE } from '../../backchannel/authentication/ciba.mjs';
import { content, make, poll, refresh, tokens, verify } from './token.mjs';

const mock = await startMock();
after(() => mock.stop());

const digest = (bits, text) => createHash(`sha${bits}`).update(text).digest();
const half = (bits, text) => digest(bits, text).subarray(0, bits / 16).toString('base64url');

/** A key pair as JWKs: { secret, open }. */
function keyPair(type, options, members) {
  const { privateKey, publicKey } = generateKeyPairSync(type, options);
  return {
    secret: { ...privateKey.export({ format: 'jwk' }), ...members },
    open: { ...publicKey.export({ format: 'jwk' }), ...members },
  };
}
const RSA = keyPair('rsa', { modulusLength: 2048 }, { kid: 'rsa' });
const P384 = keyPair('ec', { namedCurve: 'P-384' }, { kid: 'p384' });
const ED = keyPair('ed25519', {}, { kid: 'ed' });
const jwks = (...keys) => JSON.stringify({ keys });

/** An authorized request of a service and clients like that, and the poll for it. */
async function authorized(members, params) {
  const ciba = await make(mock.silo(), members);
  const { ticket, authReqId } = await ciba.issued('POLL', params);
  assert.equal((await ciba.complete(ticket)).json.resultCode, 'A198001');
  return { ciba, authReqId };
}

async function refusal(members) {
  const { ciba, authReqId } = await authorized(members);
  return poll(ciba, authReqId);
}

describe('an ID token', () => {
  it('holds what the standard asks for, signed with the service\'s key', async () => {
    const got = await tokens(await make(mock.silo(), { service: { idTokenDuration: 300 } }), {
      completed: { authTime: 1234567890, acr: 'urn:acr:1', claims: JSON.stringify({ name: 'John', iss: 'https://evil.example' }), idtHeaderParams: '{"x-own":1,"alg":"none"}' },
    });
    const { payload, header } = await verify(got.idToken, { audience: String(IDS.POLL) });
    assert.deepEqual(header, { alg: 'ES256', kid: KEY.kid, 'x-own': 1 });
    const { exp, iat, ...rest } = payload;
    assert.equal(exp - iat, 300);
    assert.deepEqual(rest, { iss: ISSUER, sub: 'john', aud: [String(IDS.POLL)], auth_time: 1234567890, acr: 'urn:acr:1', name: 'John' });
  });

  it('is made when openid is among the scopes that complete gives', async () => {
    const got = await tokens(await make(mock.silo()), { completed: { scopes: ['read'] }, params: { scope: 'openid read' } });
    assert.ok(!('idToken' in got) && !('id_token' in got.content), got.reply.text);
    assert.deepEqual(got.scopes, ['read']);
  });

  it('ties itself to what a push brings', async () => {
    const ciba = await make(mock.silo());
    const { ticket, authReqId } = await ciba.issued('PUSH');
    const { json } = await ciba.complete(ticket);
    assert.equal(json.resultCode, 'A198003', json.resultMessage);
    const sent = JSON.parse(json.responseContent);
    const { payload } = await verify(sent.id_token);
    assert.equal(payload.at_hash, half(256, sent.access_token));
    assert.equal(payload['urn:openid:params:jwt:claim:rt_hash'], half(256, sent.refresh_token));
    assert.equal(payload['urn:openid:params:jwt:claim:auth_req_id'], authReqId);
  });

  it('has one audience as a string where call or service ask for it', async () => {
    const { idToken: byCall } = await tokens(await make(mock.silo()), { completed: { idTokenAudType: 'string' } });
    assert.equal((await verify(byCall)).payload.aud, String(IDS.POLL));
    const { idToken: byService } = await tokens(await make(mock.silo(), { service: { idTokenAudType: 'string' } }));
    assert.equal((await verify(byService)).payload.aud, String(IDS.POLL));
  });

  it('has sub in place of the subject, or a pairwise one', async () => {
    const ciba = await make(mock.silo(), { clients: { subjectType: 'PAIRWISE', sectorIdentifierUri: 'https://sector.example/uris' } });
    const sub = async (completed, mode) => (await verify((await tokens(ciba, { completed, mode })).idToken)).payload.sub;
    assert.equal(await sub({ sub: 'other' }), 'other');
    const john = await sub({});
    assert.match(john, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(await sub({}, 'PING'), john); // of the same sector
    assert.notEqual(await sub({ subject: 'jane' }), john);
  });

  for (const [alg, pair, bits] of [['RS256', RSA, 256], ['PS384', RSA, 384], ['ES384', P384, 384], ['EdDSA', ED, 512]]) {
    it(`is signed with ${alg}`, async () => {
      const ciba = await make(mock.silo(), { service: { jwks: jwks(KEY, pair.secret) }, clients: { idTokenSignAlg: alg } });
      const { idToken } = await tokens(ciba);
      assert.equal((await verify(idToken, { keys: [pair.open] })).header.alg, alg);
      const { ticket } = await ciba.issued('PUSH');
      const sent = JSON.parse((await ciba.complete(ticket)).json.responseContent);
      assert.equal((await verify(sent.id_token, { keys: [pair.open] })).payload.at_hash, half(bits, sent.access_token));
    });
  }

  it('is signed with the client\'s secret for HS256', async () => {
    const { idToken } = await tokens(await make(mock.silo(), { clients: { idTokenSignAlg: 'HS256' } }));
    await jwtVerify(idToken, createSecretKey(Buffer.from(SECRET)), { issuer: ISSUER, algorithms: ['HS256'] });
  });

  it('is signed with the key that idTokenSignatureKeyId names among several', async () => {
    const keys = ['one', 'two'].map((kid) => keyPair('ec', { namedCurve: 'P-256' }, { kid, alg: 'ES256' }));
    const service = { jwks: jwks(...keys.map(({ secret }) => secret)), idTokenSignatureKeyId: 'two' };
    const { idToken } = await tokens(await make(mock.silo(), { service }));
    assert.equal((await verify(idToken, { keys: keys.map(({ open }) => open) })).header.kid, 'two');
    assertError(await refusal({ service: { ...service, idTokenSignatureKeyId: null } }), 'A046204', 'INTERNAL_SERVER_ERROR', 'server_error');
    assertError(await refusal({ service: { ...service, idTokenSignatureKeyId: 'three' } }), 'A046203', 'INTERNAL_SERVER_ERROR', 'server_error');
  });

  const faults = [
    ['A046113', 'a secret under 256 bits', { clients: { idTokenSignAlg: 'HS256', clientSecret: 'short' }, secret: 'short' }],
    ['A046114', 'a key on another curve', { service: { jwks: jwks({ ...P384.secret, kid: 'mock-es256' }) } }],
    ['A046201', 'a service without keys', { service: { jwks: null } }],
    ['A046202', 'a service that has its keys elsewhere', { service: { jwks: null, jwksUri: 'https://as.example/jwks' } }],
    ['A046203', 'no key for the algorithm', { clients: { idTokenSignAlg: 'RS256' } }],
  ];
  for (const [code, what, { secret = SECRET, ...members }] of faults) {
    it(`cannot be made with ${what}`, async () => {
      const ciba = await make(mock.silo(), members);
      const { json: { ticket } } = await ciba.send('POLL', {}, { clientSecret: secret });
      const { json: { authReqId } } = await ciba.api('backchannel/authentication/issue', { ticket });
      await ciba.complete(ticket);
      assertError(await poll(ciba, authReqId, { clientSecret: secret }), code, 'INTERNAL_SERVER_ERROR', 'server_error');
    });
  }
});

describe('an encrypted ID token', () => {
  const enc = { use: 'enc' };
  const EC = keyPair('ec', { namedCurve: 'P-256' }, { ...enc, kid: 'enc-ec' });
  const RSA_ENC = keyPair('rsa', { modulusLength: 2048 }, { ...enc, kid: 'enc-rsa' });

  async function open(idToken, key) {
    const { plaintext, protectedHeader } = await compactDecrypt(idToken, key);
    assert.equal(protectedHeader.cty, 'JWT');
    const { payload } = await verify(Buffer.from(plaintext).toString());
    assert.equal(payload.sub, 'john');
    return protectedHeader;
  }

  for (const [api, alg, pair, contentEnc, name] of [
    ['RSA_OAEP_256', 'RSA-OAEP-256', RSA_ENC, 'A256GCM', 'A256GCM'],
    ['ECDH_ES', 'ECDH-ES', EC, 'A128CBC_HS256', 'A128CBC-HS256'],
    ['ECDH_ES_A128KW', 'ECDH-ES+A128KW', EC, undefined, 'A128CBC-HS256'],
  ]) {
    it(`is for the client's key with ${alg}`, async () => {
      const ciba = await make(mock.silo(), { clients: { idTokenEncryptionAlg: api, idTokenEncryptionEnc: contentEnc, jwks: jwks(pair.open) } });
      const { idToken } = await tokens(ciba);
      const header = await open(idToken, await importJWK(pair.secret, alg));
      assert.deepEqual([header.alg, header.enc, header.kid], [alg, name, pair.open.kid]);
    });
  }

  for (const [api, contentEnc, size, bits] of [['A128KW', 'A128GCM', 16, 256], ['A256GCMKW', 'A256GCM', 32, 256],
    ['DIR', 'A192CBC_HS384', 48, 384], ['DIR', 'A256CBC_HS512', 64, 512], ['DIR', 'A192GCM', 24, 256]]) {
    it(`is for the client's secret with ${api} and ${contentEnc}`, async () => {
      const ciba = await make(mock.silo(), { clients: { idTokenEncryptionAlg: api, idTokenEncryptionEnc: contentEnc } });
      await open((await tokens(ciba)).idToken, createSecretKey(digest(bits, SECRET).subarray(0, size)));
    });
  }

  it('is for the client\'s secret as a password with PBES2', async () => {
    const ciba = await make(mock.silo(), { clients: { idTokenEncryptionAlg: 'PBES2_HS256_A128KW' } });
    const { idToken } = await tokens(ciba);
    assert.equal(decodeProtectedHeader(idToken).alg, 'PBES2-HS256+A128KW');
    const { plaintext } = await compactDecrypt(idToken, Buffer.from(SECRET), { keyManagementAlgorithms: ['PBES2-HS256+A128KW'] });
    await verify(Buffer.from(plaintext).toString());
  });

  const RSA_OAEP = { idTokenEncryptionAlg: 'RSA_OAEP_256' };
  for (const [code, what, clients] of [
    ['A046303', 'no keys of the client', RSA_OAEP],
    ['A046304', 'keys of the client elsewhere', { ...RSA_OAEP, jwksUri: 'https://client.example/jwks' }],
    ['A046307', 'an empty key set', { ...RSA_OAEP, jwks: jwks() }],
    ['A046309', 'no key that fits', { ...RSA_OAEP, jwks: jwks(EC.open) }],
    ['A046311', 'several keys that fit', { ...RSA_OAEP, jwks: jwks(RSA_ENC.open, { ...keyPair('rsa', { modulusLength: 2048 }, { ...enc, kid: 'b' }).open }) }],
  ]) {
    it(`cannot be made with ${what}`, async () => {
      assertError(await refusal({ clients }), code, 'BAD_REQUEST', 'invalid_request');
    });
  }

  it('A046313 cannot be made with a secret that a public client lacks', async () => {
    const { ciba, authReqId } = await authorized({});
    const { json: client } = await ciba.silo.call('GET', `/api/${ciba.id}/client/get/${IDS.POLL}`, { headers: { Authorization: `Bearer ${ciba.token}` } });
    const changed = await ciba.api(`client/update/${IDS.POLL}`, { ...client, clientType: 'PUBLIC', tokenAuthMethod: 'NONE', idTokenEncryptionAlg: 'A128KW' });
    assert.equal(changed.status, 200, changed.text);
    assertError(await poll(ciba, authReqId, { clientSecret: undefined }), 'A046313', 'BAD_REQUEST', 'invalid_request');
  });
});

describe('a JWT access token', () => {
  const service = { accessTokenSignAlg: 'ES256', accessTokenSignatureKeyId: KEY.kid };

  it('has the opaque token as its jti (RFC 9068)', async () => {
    const ciba = await make(mock.silo(), { service });
    const got = await tokens(ciba, {
      params: { scope: 'openid read', resource: 'https://api.example/' },
      completed: { acr: 'a', authTime: 77, jwtAtClaims: '{"own":1,"jti":"forged"}', properties: [{ key: 'seen', value: 'v' }, { key: 'unseen', value: 'w', hidden: true }] },
    });
    assert.equal(got.content.access_token, got.jwtAccessToken);
    const { payload, header } = await verify(got.jwtAccessToken, { audience: 'https://api.example/' });
    assert.deepEqual(header, { alg: 'ES256', typ: 'at+jwt', kid: KEY.kid });
    const { exp, iat, ...rest } = payload;
    assert.equal(exp, Math.floor(got.accessTokenExpiresAt / 1000));
    assert.ok(iat <= exp);
    assert.deepEqual(rest, {
      acr: 'a', auth_time: 77, client_id: String(IDS.POLL), grant_type: 'urn:openid:params:grant-type:ciba', iss: ISSUER,
      jti: got.accessToken, scope: 'openid read', sub: 'john', aud: ['https://api.example/'], seen: 'v', own: 1,
    });
    assert.equal((await ciba.api('auth/introspection', { token: got.jwtAccessToken })).json.resultCode, 'A056001');
    assert.equal((await ciba.api('auth/introspection', { token: got.accessToken })).json.resultCode, 'A056001');
    const next = content(await refresh(ciba, got.refreshToken), 'A053001');
    assert.equal((await verify(next.jwtAccessToken)).payload.jti, next.accessToken);
  });

  it('has no claim twice, whatever properties and jwtAtClaims are called; nor has the token response', async () => {
    const names = ['iss', 'sub', 'client_id', 'exp', 'jti', 'cnf', 'own', 'auth_req_id', 'authorization_details'];
    const properties = names.map((key) => ({ key, value: 'forged' }));
    const ciba = await make(mock.silo(), { service });
    for (const mode of ['POLL', 'PUSH']) {
      const { ticket, authReqId } = await ciba.issued(mode);
      const done = await ciba.complete(ticket, { properties, jwtAtClaims: '{"own":1}' });
      const { jwtAccessToken, accessToken, responseContent } = mode === 'PUSH' ? done.json : content(await poll(ciba, authReqId));
      const text = Buffer.from(jwtAccessToken.split('.')[1], 'base64url').toString();
      for (const name of names) {
        assert.ok(text.split(`"${name}":`).length <= 2, `${name}: ${text}`);
        assert.ok(responseContent.split(`"${name}":`).length <= 2, `${name}: ${responseContent}`);
      }
      const { payload } = await verify(jwtAccessToken);
      assert.deepEqual([payload.sub, payload.jti, payload.own, payload.cnf], ['john', accessToken, 1, undefined]);
      assert.equal(JSON.parse(responseContent).auth_req_id, mode === 'PUSH' ? authReqId : undefined);
      assert.equal((await ciba.api('auth/introspection', { token: jwtAccessToken })).json.resultCode, 'A056001');
    }
  });

  it('cannot be made without a key', async () => {
    const { ciba, authReqId } = await authorized({ service: { accessTokenSignAlg: 'RS256' } });
    assertError(await poll(ciba, authReqId), 'A200202', 'INTERNAL_SERVER_ERROR', 'server_error');
  });

  it('cannot be refreshed once the service has lost its key', async () => {
    const ciba = await make(mock.silo(), { service });
    const { refreshToken } = await tokens(ciba);
    const updated = await ciba.api('service/update', { ...SERVICE, accessTokenSignAlg: 'RS256' });
    assert.equal(updated.status, 200, updated.text);
    assertError(await refresh(ciba, refreshToken), 'A053202', 'INTERNAL_SERVER_ERROR', 'server_error');
  });
});
