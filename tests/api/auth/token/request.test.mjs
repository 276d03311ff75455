// What all token requests have in common: the form, the grant type, the client, what tokens are bound to.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { SignJWT, calculateJwkThumbprint } from 'jose';
import { assertRefused } from '../../../lib/check.mjs';
import { startMock } from '../../../lib/mock.mjs';
import { assertError, IDS, SECRET } from '../../backchannel/authentication/ciba.mjs';
import { CIBA, content, make, poll, refresh, request, TOKEN, tokens, verify } from './token.mjs';

const mock = await startMock();
after(() => mock.stop());

const ciba = await make(mock.silo());
const bad = async (parameters, code, error = 'invalid_request', members) =>
  assertError(await request(ciba, parameters, members), code, 'BAD_REQUEST', error);
const unknownClient = async (members, code, parameters = { grant_type: CIBA, auth_req_id: 'x' }) =>
  assertError(await request(ciba, parameters, members), code, 'INVALID_CLIENT', 'invalid_client');

describe('the form of a token request', () => {
  it('must come as a form with parameters', async () => {
    assertError(await ciba.api(TOKEN, {}), 'A047201', 'INTERNAL_SERVER_ERROR', 'server_error');
    assertError(await request(ciba, 'grant_type=%zz'), 'A047202', 'INTERNAL_SERVER_ERROR', 'server_error');
    await bad('', 'A047301');
    await bad('&', 'A047301');
  });

  it('must have one grant_type that exists and is supported', async () => {
    await bad('a=b', 'A049301');
    await bad('grant_type=', 'A049302');
    await bad(`grant_type=${CIBA}&grant_type=${CIBA}`, 'A049303');
    await bad('grant_type=CIBA', 'A049304', 'unsupported_grant_type');
    await bad('grant_type=client_credentials', 'A049305', 'unsupported_grant_type');
    await bad('grant_type=implicit', 'A049306', 'unsupported_grant_type');
    const without = await make(ciba.silo, { service: { supportedGrantTypes: ['CIBA'] } });
    assertError(await refresh(without, 'made-up'), 'A049305', 'BAD_REQUEST', 'unsupported_grant_type');
  });

  for (const [name, wire] of [
    ['AUTHORIZATION_CODE', 'authorization_code'], ['CLIENT_CREDENTIALS', 'client_credentials'], ['PASSWORD', 'password'],
    ['DEVICE_CODE', 'urn:ietf:params:oauth:grant-type:device_code'],
    ['TOKEN_EXCHANGE', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    ['JWT_BEARER', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    ['PRE_AUTHORIZED_CODE', 'urn:ietf:params:oauth:grant-type:pre-authorized_code'],
  ]) {
    it(`may ask for a grant that is not built, ${name}: 501 by its name`, async () => {
      const supporting = await make(ciba.silo, { service: { supportedGrantTypes: [name] } });
      const reply = await request(supporting, { grant_type: wire, code: 'x' });
      assertRefused(reply, 501, 'M000109', new RegExp(`\\b${name}\\b`));
      assert.match(reply.headers['x-mock-hint'], /grant/);
    });
  }

  it('may have properties as a list or as JSON in a string, and nothing else', async () => {
    const properties = [{ key: 'seen', value: 'v' }, { key: 'unseen', value: 'w', hidden: true }, { key: 'scope', value: 'no' }];
    for (const form of [properties, JSON.stringify(properties)]) {
      const got = await tokens(ciba, { members: { properties: form } });
      assert.equal(got.content.seen, 'v');
      assert.ok(!('unseen' in got.content));
      assert.equal(got.content.scope, 'openid');
      assert.deepEqual(got.properties, properties.slice(0, 2));
    }
    for (const form of ['{', '{}', '[1]']) assertRefused(await poll(ciba, 'x', { properties: form }), 400, 'A126202', /properties/);
  });
});

describe('the client of a token request', () => {
  it('must be named once, and exist', async () => {
    const form = `grant_type=${CIBA}&auth_req_id=x`;
    const nobody = { clientId: undefined, clientSecret: undefined };
    await bad(form, 'A244305', 'invalid_request', nobody);
    await bad(`${form}&client_id=`, 'A048302', 'invalid_request', nobody);
    await bad(`${form}&client_id=${IDS.POLL}&client_id=${IDS.POLL}`, 'A244301', 'invalid_request', nobody);
    await bad(`${form}&client_id=${IDS.PING}`, 'A048312');
    await unknownClient({ clientId: '999' }, 'A048304');
    await unknownClient({ clientId: 'no-alias' }, 'A048323');
  });

  it('must not be locked', async () => {
    const other = await make(ciba.silo);
    await other.api(`client/lock_flag/update/${IDS.POLL}`, { clientLocked: true });
    assertError(await poll(other, 'x'), 'A048307', 'INVALID_CLIENT', 'invalid_client');
  });

  it('must prove itself where its method says', async () => {
    await unknownClient({ clientSecret: 'wrong' }, 'A157305');
    await unknownClient({ clientSecret: undefined }, 'A157304');
    await unknownClient({ clientId: undefined, clientSecret: undefined }, 'A157357',
      { grant_type: CIBA, auth_req_id: 'x', client_id: IDS.POLL, client_secret: SECRET });
  });

  describe('may be told by its refresh token (missingClientIdAllowed)', () => {
    const PUBLIC = { clientType: 'PUBLIC', tokenAuthMethod: 'NONE' };
    /** A request without a client id, by a service and its client that are as given. */
    const start = async (client, service = { missingClientIdAllowed: true }) => {
      const own = await make(mock.silo(), { service });
      const { refreshToken } = await tokens(own);
      const authorization = { Authorization: `Bearer ${own.token}` };
      const { json: before } = await own.silo.call('GET', `/api/${own.id}/client/get/${IDS.POLL}`, { headers: authorization });
      assert.equal((await own.api(`client/update/${IDS.POLL}`, { ...before, ...client })).status, 200);
      const send = (parameters) => request(own, parameters, { clientId: undefined, clientSecret: undefined });
      return { own, send, again: (token = refreshToken) => send({ grant_type: 'refresh_token', refresh_token: token }) };
    };

    it('a public client', async () => {
      const { again, own } = await start(PUBLIC);
      const got = content(await again(), 'A053001');
      assert.deepEqual([got.clientId, got.clientAuthMethod], [IDS.POLL, 'NONE']);
      assertError(await again('made-up'), 'A244314', 'BAD_REQUEST', 'invalid_grant');
      await own.api(`client/lock_flag/update/${IDS.POLL}`, { clientLocked: true });
      assertError(await again(got.refreshToken), 'A048307', 'INVALID_CLIENT', 'invalid_client');
    });

    it('no other, and not without that setting', async () => {
      for (const args of [[{}], [PUBLIC, {}]]) {
        const { again } = await start(...args);
        assertError(await again(), 'A244305', 'BAD_REQUEST', 'invalid_request');
      }
      const { send } = await start(PUBLIC);
      assertError(await send({ grant_type: 'refresh_token' }), 'A244305', 'BAD_REQUEST', 'invalid_request');
      assertError(await send({ grant_type: CIBA, auth_req_id: 'x' }), 'A244305', 'BAD_REQUEST', 'invalid_request');
    });
  });

  it('must have the grant among its own', async () => {
    const other = await make(ciba.silo, { clients: { grantTypes: ['AUTHORIZATION_CODE'] } });
    assertError(await poll(other, 'x'), 'A047302', 'BAD_REQUEST', 'unauthorized_client');
  });

  it('is told in the journal why it was answered so', async () => {
    const reply = await poll(ciba, 'bogus');
    const { json } = await ciba.silo.admin('GET', `/requests/${reply.headers['x-mock-request-id']}`);
    assert.deepEqual(json.why.map(({ check }) => check).slice(-3), ['DPoP proof', 'grant', 'auth_req_id'], JSON.stringify(json.why));
  });
});

describe('DPoP (RFC 9449)', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const proof = ({ key = privateKey, header, claims } = {}) => new SignJWT({ htm: 'POST', htu: 'https://as.example/token', jti: randomUUID(), ...claims })
    .setIssuedAt().setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header }).sign(key);
  const service = { tokenEndpoint: 'https://as.example/token' };

  it('binds the access token to the key of the proof', async () => {
    const bound = await make(mock.silo(), { service: { ...service, accessTokenSignAlg: 'ES256' } });
    const got = await tokens(bound, { members: { dpop: await proof() } });
    assert.equal(got.content.token_type, 'DPoP');
    assert.deepEqual((await verify(got.jwtAccessToken)).payload.cnf, { jkt: await calculateJwkThumbprint(jwk) });
    // a confidential client may go on without the key
    assert.equal(content(await refresh(bound, got.refreshToken), 'A053001').content.token_type, 'Bearer');
  });

  it('binds the refresh token of a public client too', async () => {
    const open = await make(mock.silo(), { service, clients: {} });
    const { json: client } = await open.silo.call('GET', `/api/${open.id}/client/get/${IDS.POLL}`, { headers: { Authorization: `Bearer ${open.token}` } });
    const got = await tokens(open, { members: { dpop: await proof() } });
    const reply = await open.api(`client/update/${IDS.POLL}`, { ...client, clientType: 'PUBLIC', tokenAuthMethod: 'NONE' });
    assert.equal(reply.status, 200, reply.text);
    const again = async (dpop) => refresh(open, got.refreshToken, { clientId: undefined, clientSecret: undefined, dpop,
      parameters: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: got.refreshToken, client_id: IDS.POLL }).toString() });
    assertError(await again(), 'A053311', 'BAD_REQUEST', 'invalid_grant');
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const wrong = await proof({ key: other.privateKey, header: { jwk: other.publicKey.export({ format: 'jwk' }) } });
    assertError(await again(wrong), 'A053311', 'BAD_REQUEST', 'invalid_grant');
    assert.equal(content(await again(await proof()), 'A053001').content.token_type, 'DPoP');
  });

  it('refuses a proof that does not hold, or none where one must be', async () => {
    const strict = await make(mock.silo(), { service });
    const refused = async (dpop, code, error = 'invalid_dpop_proof') => assertError(await poll(strict, 'x', { dpop }), code, 'BAD_REQUEST', error);
    await refused('rubbish', 'A254301');
    await refused(await proof({ claims: { htu: 'https://other.example/token' } }), 'A254301');
    await refused(await proof({ header: { jwk: undefined } }), 'A254303');
    const hs = await new SignJWT({}).setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk }).sign(Buffer.from(SECRET));
    await refused(hs, 'A254302');
    const [, payload, signature] = hs.split('.');
    await refused([Buffer.from(JSON.stringify({ typ: 'dpop+jwt', jwk })).toString('base64url'), payload, signature].join('.'), 'A254304');
    const must = await make(mock.silo(), { service, clients: { dpopRequired: true } });
    assertError(await poll(must, 'x'), 'A254301', 'BAD_REQUEST', 'invalid_dpop_proof');
  });

  it('asks for the nonce and tells it', async () => {
    const strict = await make(mock.silo(), { service });
    const reply = await poll(strict, 'x', { dpop: await proof(), dpopNonceRequired: true });
    assertError(reply, 'A254307', 'BAD_REQUEST', 'use_dpop_nonce');
    const { dpopNonce: nonce } = reply.json;
    const next = await poll(strict, 'x', { dpop: await proof({ claims: { nonce } }), dpopNonceRequired: true });
    assertError(next, 'A200304', 'BAD_REQUEST', 'invalid_grant');
  });
});

describe('certificate-bound access tokens (RFC 8705)', () => {
  const on = { tlsClientCertificateBoundAccessTokens: true };
  // made by openssl req -x509, P-256, CN=client
  const pem = `-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUBKeF4WfErlx048eZsUmoQFzUF5swCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGY2xpZW50MCAXDTI2MTEyNDA1MzAzN1oYDzIxMjYxMDMxMDUz
MDM3WjARMQ8wDQYDVQQDDAZjbGllbnQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQ3fVipZJmXcYyEQ8gOWh2GYGax3K2asyZ6yHzD3F2URz0MAYzDC/8tiJbdTCTt
Yv8rfhq1iZRCvkd+Ua7U1rSBo1MwUTAdBgNVHQ4EFgQUFF6fwk9Svpp5EatsknOO
PzBPWN8wHwYDVR0jBBgwFoAUFF6fwk9Svpp5EatsknOOPzBPWN8wDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBm+t/EEd8QlGwZovAn1hw/JeGkgc4g
GkK2YFNXlL7LWwIhALaGDoNnDUu2TVoPo2OkhizItdQEzf8D1cdMe22HC4FG
-----END CERTIFICATE-----`;
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');

  it('hold the thumbprint of the certificate', async () => {
    const bound = await make(mock.silo(), { service: { ...on, accessTokenSignAlg: 'ES256' }, clients: on });
    assertError(await poll(bound, 'x'), 'A244308', 'BAD_REQUEST', 'invalid_request');
    assertError(await poll(bound, 'x', { clientCertificate: 'rubbish' }), 'A244309', 'BAD_REQUEST', 'invalid_request');
    const got = await tokens(bound, { members: { clientCertificate: pem } });
    const x5t = createHash('sha256').update(der).digest('base64url');
    assert.deepEqual((await verify(got.jwtAccessToken)).payload.cnf, { 'x5t#S256': x5t });
  });
});
