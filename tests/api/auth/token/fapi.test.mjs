// FAPI where tokens are fetched and revoked. A request that had to mind FAPI was checked when it came;
// here service and client are set so afterwards. Financial-grade API Security Profile 1.0, part 2,
// sections 5.2.2 and 8.6.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { SignJWT } from 'jose';
import { startMock } from '../../../lib/mock.mjs';
import { assertAnswer, assertError, IDS, ISSUER, SECRET, SERVICE } from '../../backchannel/authentication/ciba.mjs';
import { CIBA, content, make, request, tokens } from './token.mjs';

const mock = await startMock();
after(() => mock.stop());
const silo = mock.silo();

const ID = String(IDS.POLL);
const PEM = readFileSync(new URL('../../../vectors/certificates/self.pem', import.meta.url), 'utf8');
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks = JSON.stringify({ keys: [EC, RSA].map(({ publicKey }) => publicKey.export({ format: 'jwk' })) });

const BOUND = { tlsClientCertificateBoundAccessTokens: true };
const marked = (name, value) => ({ name, attributes: [{ key: 'fapi', value }] });
const FAPI = { supportedServiceProfiles: ['FAPI'], supportedScopes: [{ name: 'openid' }, { name: 'read' }, marked('look', 'r'), marked('pay', 'rw')] };
const BY_CERTIFICATE = { tokenAuthMethod: 'TLS_CLIENT_AUTH', tlsClientAuthSubjectDn: 'CN=self.example' };
const certificate = { members: { clientSecret: undefined, clientCertificate: PEM } };
const secret = { members: { clientSecret: SECRET, clientCertificate: PEM } };

async function assertion(alg, { privateKey }) {
  const text = await new SignJWT({ iss: ID, sub: ID, aud: ISSUER, jti: 'j' }).setExpirationTime('1m').setProtectedHeader({ alg }).sign(privateKey);
  return { ...certificate, form: { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: text } };
}

const ASSERTIONS = { RS256: await assertion('RS256', RSA), PS256: await assertion('PS256', RSA), ES256: await assertion('ES256', EC) };

/** Calls of a client that holds an auth_req_id and tokens for a scope, and what it was given since. */
async function calls(scope, client, service = BOUND) {
  const ciba = await make(silo, { service: { ...FAPI, supportedServiceProfiles: [] } });
  const params = { scope: `openid ${scope}` };
  const { accessToken, refreshToken } = await tokens(ciba, { params });
  const { ticket, authReqId } = await ciba.issued('POLL', params);
  assert.equal((await ciba.complete(ticket)).json.resultCode, 'A198001');
  const { json: before } = await silo.call('GET', `/api/${ciba.id}/client/get/${ID}`, { headers: { Authorization: `Bearer ${ciba.token}` } });
  for (const reply of [
    await ciba.api('service/update', { ...SERVICE, ...FAPI, ...service }),
    await ciba.api(`client/update/${ID}`, { ...before, ...BOUND, ...client }),
  ]) assert.equal(reply.status, 200, reply.text);
  const send = (parameters) => ({ members, form }) => request(ciba, { ...parameters, ...form }, members);
  return {
    poll: send({ grant_type: CIBA, auth_req_id: authReqId }),
    refresh: send({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    revoke: ({ members, form }) => ciba.api('auth/revocation', {
      parameters: new URLSearchParams({ token: accessToken, ...form }).toString(), clientId: ID, ...members,
    }),
  };
}

describe('FAPI: how the client authenticates', () => {
  for (const [code, what, client, sent] of [
    ['A152301', 'a secret', { tokenAuthMethod: 'CLIENT_SECRET_BASIC' }, secret],
    ['A152302', 'an assertion by RS256', { tokenAuthMethod: 'PRIVATE_KEY_JWT', tokenAuthSignAlg: 'RS256', jwks }, ASSERTIONS.RS256],
  ]) {
    for (const scope of ['look', 'pay']) {
      it(`${code} ${what} (${scope})`, async () => {
        for (const call of Object.values(await calls(scope, client))) {
          assertError(await call(sent), code, 'INVALID_CLIENT', 'invalid_client');
        }
      });
    }
    it(`${what} will do for other scopes`, async () => {
      const { poll, refresh, revoke } = await calls('read', client);
      content(await poll(sent));
      content(await refresh(sent), 'A053001');
      assertAnswer(await revoke(sent), 'A113001', 'OK');
    });
  }

  for (const [what, client, sent] of [
    ['a certificate', BY_CERTIFICATE, certificate],
    ['an assertion by ES256', { tokenAuthMethod: 'PRIVATE_KEY_JWT', tokenAuthSignAlg: 'ES256', jwks }, ASSERTIONS.ES256],
    ['an assertion by PS256', { tokenAuthMethod: 'PRIVATE_KEY_JWT', tokenAuthSignAlg: 'PS256', jwks }, ASSERTIONS.PS256],
  ]) {
    it(`${what} will do`, async () => {
      const { poll, refresh, revoke } = await calls('pay', client);
      content(await poll(sent));
      content(await refresh(sent), 'A053001');
      assertAnswer(await revoke(sent), 'A113001', 'OK');
    });
  }
});

describe('FAPI: what the tokens are', () => {
  it('A152304 an ID token by RS256', async () => {
    const { poll, refresh } = await calls('look', { ...BY_CERTIFICATE, idTokenSignAlg: 'RS256' });
    assertError(await poll(certificate), 'A152304', 'BAD_REQUEST', 'invalid_request');
    content(await refresh(certificate), 'A053001'); // it makes none
  });

  it('A152306 an ID token that RSA1_5 encrypts', async () => {
    const { poll } = await calls('look', { ...BY_CERTIFICATE, idTokenEncryptionAlg: 'RSA1_5', jwks });
    assertError(await poll(certificate), 'A152306', 'BAD_REQUEST', 'invalid_request');
  });

  for (const [what, client, service] of [['client', { tlsClientCertificateBoundAccessTokens: false }, BOUND], ['service', {}, {}]]) {
    it(`A152305 tokens that are not bound, by the ${what}: not for writing, but for reading`, async () => {
      const pay = await calls('pay', { ...BY_CERTIFICATE, ...client }, service);
      for (const call of [pay.poll, pay.refresh]) assertError(await call(certificate), 'A152305', 'BAD_REQUEST', 'invalid_request');
      assertAnswer(await pay.revoke(certificate), 'A113001', 'OK');
      content(await (await calls('look', { ...BY_CERTIFICATE, ...client }, service)).poll(certificate));
    });
  }
});
