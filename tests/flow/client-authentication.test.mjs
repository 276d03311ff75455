// Client authentication at every endpoint that asks for it: a row is one fault, and each endpoint must
// tell it by the same code, with its own action. RFC 6749 section 2.3, OpenID Connect Core section 9,
// RFC 7523, RFC 8705; the codes are Authlete's.

import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { startMock } from '../lib/mock.mjs';
import { Ciba, IDS, ISSUER, SECRET } from '../api/backchannel/authentication/ciba.mjs';

const mock = await startMock();
after(() => mock.stop());
const silo = mock.silo();

const ID = String(IDS.POLL);
const BACKCHANNEL = 'backchannel/authentication';
const TOKEN = 'auth/token';
const REVOCATION = 'auth/revocation';
/** What each is sent beside the credentials, and what it answers when it knows the client. */
const ENDPOINTS = {
  [BACKCHANNEL]: { form: { scope: 'openid', login_hint: 'john' }, action: 'UNAUTHORIZED', good: 'A179001' },
  [TOKEN]: { form: { grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: 'x' }, action: 'INVALID_CLIENT', good: 'A200304' },
  [REVOCATION]: { form: { token: 'x' }, action: 'INVALID_CLIENT', good: 'A113001' },
};
const URLS = { tokenEndpoint: `${ISSUER}/token`, backchannelAuthenticationEndpoint: `${ISSUER}/bc`, revocationEndpoint: `${ISSUER}/revoke` };

// ---- Assertions ----

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = (key, more) => ({ ...key.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'k', ...more });
const KEY = jwk(pair.publicKey);
const jwks = (...keys) => JSON.stringify({ keys });
const part = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

/** A client assertion; claims that are undefined are left out, and payload takes the place of all. */
function assertion({ claims, header, key = pair.privateKey, secret, payload } = {}) {
  const all = { iss: ID, sub: ID, aud: ISSUER, exp: now() + 60, jti: 'j', ...claims };
  const text = `${part({ alg: secret ? 'HS256' : 'ES256', kid: secret ? undefined : 'k', ...header })}.${part(payload ?? all)}`;
  const signature = secret ? createHmac('sha256', secret).update(text).digest() : sign('sha256', text, { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
const asserts = (options, type = JWT_BEARER) => ({
  form: [['client_assertion_type', type], ['client_assertion', typeof options === 'string' ? options : assertion(options)]],
});

// ---- Certificates ----

const pem = (name) => readFileSync(new URL(`../vectors/certificates/${name}.pem`, import.meta.url), 'utf8');
const x5c = (name) => pem(name).replace(/-----[^-]+-----|\s/g, '');
const shows = (name, path) => ({ members: { clientCertificate: name === undefined ? undefined : pem(name), clientCertificatePath: path } });
const chains = (...roots) => ({ mutualTlsValidatePkiCertChain: true, trustedRootCertificates: roots });
const DN = 'CN=client.example,OU=Clients,O=Mock\\, Inc.,C=JP';

// ---- Clients ----

const basic = (clientSecret) => ({ members: { clientId: ID, clientSecret } });
const form = (...pairs) => ({ form: pairs });
const BASIC = { tokenAuthMethod: 'CLIENT_SECRET_BASIC' };
const POST = { tokenAuthMethod: 'CLIENT_SECRET_POST' };
const PUBLIC = { clientType: 'PUBLIC', tokenAuthMethod: 'NONE' };
const BY_SECRET = { tokenAuthMethod: 'CLIENT_SECRET_JWT', tokenAuthSignAlg: 'HS256' };
const BY_KEY = { tokenAuthMethod: 'PRIVATE_KEY_JWT', tokenAuthSignAlg: 'ES256', jwks: jwks(KEY) };
const TLS = { tokenAuthMethod: 'TLS_CLIENT_AUTH', tlsClientAuthSubjectDn: DN };
const named = (member, value) => ({ tokenAuthMethod: 'TLS_CLIENT_AUTH', [member]: value });
const SELF = { tokenAuthMethod: 'SELF_SIGNED_TLS_CLIENT_AUTH' };
const own = (...keys) => ({ ...SELF, selfSignedCertificateKeyId: 's', jwks: jwks(...keys.map((key) => ({ ...KEY, kid: 's', ...key }))) });

// checks that come before
const CONFIDENTIAL_ONLY = { [BACKCHANNEL]: ['A168311', 'BAD_REQUEST', 'unauthorized_client'] };
const TOKEN_LOOKS_FIRST = { [TOKEN]: ['A244302', 'BAD_REQUEST', 'invalid_request'] };

/** [code, what, client, what it sends, the service, where an endpoint answers in another way] */
const FAULTS = [
  ['A157301', 'a confidential client without a method', { tokenAuthMethod: 'NONE' }, {}],
  ['A157302', 'a public client with one', { ...BASIC, clientType: 'PUBLIC' }, basic(SECRET), {}, CONFIDENTIAL_ONLY],
  ['A157303', 'a public client with a secret', PUBLIC, form(['client_secret', SECRET]), {}, CONFIDENTIAL_ONLY],
  ['A157303', 'a public client with a secret by Basic', PUBLIC, basic(SECRET), {}, CONFIDENTIAL_ONLY],
  ['A157303', 'a public client with an assertion', PUBLIC, asserts(), {}, CONFIDENTIAL_ONLY],
  ['A157344', 'a method that is not built', { tokenAuthMethod: 'ATTEST_JWT_CLIENT_AUTH' }, {}],
  ['A157304', 'no secret by Basic', BASIC, basic()],
  ['A157357', 'the secret in the form instead', BASIC, form(['client_secret', SECRET])],
  ['A157305', 'a wrong secret by Basic', BASIC, basic('wrong')],
  ['A157305', 'a wrong secret by Basic, a right one in the form', BASIC, { ...basic('wrong'), ...form(['client_secret', SECRET]) }],
  ['A157304', 'no secret in the form', POST, form(['client_secret', ''])],
  ['A157304', 'the secret by Basic instead', POST, basic(SECRET)],
  ['A157305', 'a wrong secret in the form', POST, form(['client_secret', 'wrong'])],
  ['A158301', 'two secrets', POST, form(['client_secret', SECRET], ['client_secret', SECRET])],
  ['A158302', 'an assertion without its type', BY_KEY, form(['client_assertion', assertion()])],
  ['A158303', 'an empty type', BY_KEY, asserts(assertion(), '')],
  ['A158304', 'two types', BY_KEY, form(['client_assertion_type', JWT_BEARER], ['client_assertion_type', JWT_BEARER])],
  ['A158305', 'two assertions', BY_KEY, form(['client_assertion_type', JWT_BEARER], ['client_assertion', 'x'], ['client_assertion', 'x']), {}, TOKEN_LOOKS_FIRST],

  ['A157306', 'no algorithm is set', { ...BY_KEY, tokenAuthSignAlg: undefined }, asserts()],
  ['A157307', 'one without a secret, for client_secret_jwt', { ...BY_SECRET, tokenAuthSignAlg: 'ES256' }, asserts()],
  ['A157308', 'one with a secret, for private_key_jwt', { ...BY_KEY, tokenAuthSignAlg: 'HS256' }, asserts()],
  ['A157309', 'no type and no assertion', BY_KEY, {}],
  ['A157310', 'another type', BY_KEY, asserts(assertion(), 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer')],
  ['A157311', 'a type without an assertion', BY_KEY, form(['client_assertion_type', JWT_BEARER])],
  ['A157312', 'an assertion that is no JWT', BY_KEY, asserts('a.b.c')],
  ['A157313', 'another algorithm', BY_KEY, asserts({ header: { alg: 'RS256' } })],
  ['A157313', 'no signature', BY_KEY, asserts(`${part({ alg: 'none' })}.${part({ iss: ID })}.`)],
  ['A157314', 'a payload that is no object', BY_KEY, asserts({ payload: '[]' })],
  ['A157315', 'no iss', BY_KEY, asserts({ claims: { iss: undefined } })],
  ['A157316', 'another sub', BY_KEY, asserts({ claims: { sub: '102' } })],
  ['A157317', 'a service that nothing can be for', BY_KEY, asserts(), { issuer: undefined }],
  ['A157318', 'another audience', BY_KEY, asserts({ claims: { aud: 'https://other.example' } })],
  ['A157318', 'the endpoint, where it must be the issuer', BY_KEY, asserts({ claims: { aud: URLS.tokenEndpoint } }),
    { ...URLS, clientAssertionAudRestrictedToIssuer: true }],
  ['A157319', 'no exp', BY_KEY, asserts({ claims: { exp: undefined } })],
  ['A157320', 'exp is past', BY_KEY, asserts({ claims: { exp: now() - 1 } })],
  ['A157322', 'nbf is to come', BY_KEY, asserts({ claims: { nbf: now() + 600 } })],
  ['A157323', 'iat is to come', BY_KEY, asserts({ claims: { iat: now() + 600 } })],
  ['A157324', 'no jti', BY_KEY, asserts({ claims: { jti: undefined } })],
  ['A157325', 'a secret that is too short for a key', { ...BY_SECRET, clientSecret: 'short' }, asserts({ secret: 'short' })],
  ['A157326', 'signed by another secret', BY_SECRET, asserts({ secret: `${SECRET}!` })],
  ['A157326', 'signed by another key', BY_KEY, asserts({ key: other.privateKey })],
  ['A156301', 'no keys are set', { ...BY_KEY, jwks: undefined }, asserts()],
  ['A156303', 'keys that would have to be fetched', { ...BY_KEY, jwks: undefined, jwksUri: 'https://client.example/jwks' }, asserts()],
  ['A156303', 'an empty set of keys', { ...BY_KEY, jwks: jwks() }, asserts()],
  ['A156304', 'no key of that kid', { ...BY_KEY, jwks: jwks({ ...KEY, kid: 'another' }) }, asserts()],
  ['A156306', 'two keys fit', { ...BY_KEY, jwks: jwks(KEY, jwk(other.publicKey)) }, asserts()],
  ['A156106', 'the key is a secret', { ...BY_KEY, jwks: jwks({ kty: 'oct', kid: 'k', k: 'AAAA' }) }, asserts()],
  ['A156107', 'the key lacks a half', { ...BY_KEY, jwks: jwks({ ...KEY, y: undefined }) }, asserts()],

  ['A157327', 'no certificate', TLS, {}],
  ['A157328', 'one that is none', TLS, { members: { clientCertificate: 'certificate' } }],
  ['A157335', 'chains without roots', TLS, shows('client'), { mutualTlsValidatePkiCertChain: true }],
  ['A157336', 'a root that is none', TLS, shows('client'), chains('MAMCAQA=')],
  ['A157338', 'a path that is none', TLS, shows('client', ['x']), chains(pem('root'))],
  ['A157339', 'a chain with a gap', TLS, shows('client'), chains(pem('root'))],
  ['A157343', 'another subject', TLS, shows('self')],
  ['A157342', 'a subject that is no name', { ...TLS, tlsClientAuthSubjectDn: 'NO=name' }, shows('client')],
  ['A157346', 'another DNS name', named('tlsClientAuthSanDns', 'x.example'), shows('client')],
  ['A157347', 'another URI', named('tlsClientAuthSanUri', 'https://x.example'), shows('client')],
  ['A157348', 'another IP address', named('tlsClientAuthSanIp', '192.0.2.8'), shows('client')],
  ['A157349', 'another email address', named('tlsClientAuthSanEmail', 'x@example.com'), shows('client')],
  ['A157350', 'an address of five octets', named('tlsClientAuthSanIp', '192.0.2.7'), shows('broken-address')],
  ['A157352', 'names that cannot be decoded', named('tlsClientAuthSanDns', 'x'), shows('broken-names')],
  ['A157327', 'no self-signed certificate', own({ x5c: [x5c('self')] }), {}],
  ['A157329', 'no key of the registered kid', { ...own({ x5c: [x5c('self')] }), selfSignedCertificateKeyId: 't' }, shows('self')],
  ['A157330', 'a key without a certificate', own({}), shows('self')],
  ['A157332', 'a key with a certificate that is none', own({ x5c: ['AAAA'] }), shows('self')],
  ['A157333', 'a key with another certificate', own({ x5c: [x5c('other')] }), shows('self')],
];

/** One client for each method; what it sends at each endpoint is right. */
const GOOD = [
  ['none', PUBLIC, {}, {}, CONFIDENTIAL_ONLY],
  ['client_secret_basic', BASIC, basic(SECRET)],
  ['client_secret_post', POST, form(['client_secret', SECRET])],
  ['client_secret_jwt', BY_SECRET, asserts({ secret: SECRET })],
  ['private_key_jwt', BY_KEY, asserts()],
  ['private_key_jwt, for the token endpoint', BY_KEY, asserts({ claims: { aud: ['https://x.example', URLS.tokenEndpoint] } }), URLS],
  ['tls_client_auth', TLS, shows('client')],
  ['tls_client_auth, by a name and a chain', named('tlsClientAuthSanDns', 'client.example'), shows('client', [pem('middle')]), chains(pem('root'))],
  ['self_signed_tls_client_auth', own({ x5c: [x5c('self')] }), shows('self')],
];

/** Sends it to one endpoint. client_id is there unless the client is named by Basic. */
function ask(ciba, endpoint, { form: pairs = [], members = {} }, id = ID) {
  const parameters = new URLSearchParams([...Object.entries(ENDPOINTS[endpoint].form), ...pairs]);
  if (!members.clientId && id) parameters.append('client_id', id);
  return ciba.api(endpoint, { parameters: parameters.toString(), ...members });
}

function assertRefused(reply, code, action, error) {
  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual([reply.json.resultCode, reply.json.action], [code, action], reply.text);
  const content = JSON.parse(reply.json.responseContent);
  assert.equal(content.error, error, reply.text);
  assert.ok(content.error_description.startsWith(`[${code}] `), reply.text);
}

describe('a client that cannot prove what it is', () => {
  for (const [code, what, clients, sent, service, instead = {}] of FAULTS) {
    it(`${code} ${what}`, async () => {
      const ciba = await Ciba.make(silo, { clients, service });
      for (const [endpoint, { action }] of Object.entries(ENDPOINTS)) {
        const reply = await ask(ciba, endpoint, sent);
        const mine = code[4] === '1' ? ['INTERNAL_SERVER_ERROR', 'server_error'] : [action, 'invalid_client'];
        assertRefused(reply, ...(instead[endpoint] ?? [code, ...mine]));
      }
    });
  }
});

describe('a client that can', () => {
  for (const [method, clients, sent, service, instead = {}] of GOOD) {
    it(method, async () => {
      const ciba = await Ciba.make(silo, { clients, service });
      for (const [endpoint, { good }] of Object.entries(ENDPOINTS)) {
        const reply = await ask(ciba, endpoint, sent);
        assert.equal(reply.json.resultCode, instead[endpoint]?.[0] ?? good, reply.text);
        if (endpoint === BACKCHANNEL && !instead[endpoint]) {
          assert.equal(reply.json.clientAuthMethod, method.split(',')[0].toUpperCase(), 'what the authorization server is told');
        }
      }
    });
  }
});

describe('a client that is not named by its id', () => {
  const UNKNOWN = ['invalid_client'];
  const BAD = ['invalid_request', 'BAD_REQUEST'];
  const nameless = (claims, options) => asserts({ claims, ...options });
  for (const [what, sent, ...answers] of [
    ['an assertion that is no JWT', asserts('x'), ['A168301', ...UNKNOWN], ['A244303', ...UNKNOWN], ['A157312', ...UNKNOWN]],
    ['an assertion without iss', nameless({ iss: undefined }), ['A168302', ...UNKNOWN], ['A244304', ...UNKNOWN], ['A157315', ...UNKNOWN]],
    ['an iss that nobody has', nameless({ iss: '999' }), ['A168310', ...UNKNOWN], ['A244306', ...UNKNOWN], ['A114314', ...UNKNOWN]],
    ['two assertions', form(['client_assertion', 'x'], ['client_assertion', 'x']),
      ['A158305', ...UNKNOWN], ['A244302', ...BAD], ['A158305', ...UNKNOWN]],
    ['nothing at all', {}, ['A168309', ...UNKNOWN], ['A244305', ...BAD], ['A114301', ...UNKNOWN]],
    ['an alias, which the service has off', { members: { clientId: 'alias', clientSecret: SECRET } },
      ['A168310', ...UNKNOWN], ['A244307', ...UNKNOWN], ['A114315', ...UNKNOWN], { clientIdAliasEnabled: false }],
  ]) {
    const service = answers[3];
    it(`${answers.slice(0, 3).map(([code]) => code).join(', ')} ${what}`, async () => {
      const ciba = await Ciba.make(silo, { service, clients: BY_KEY });
      const { json: client } = await ciba.silo.call('GET', `/api/${ciba.id}/client/get/${ID}`, { headers: { Authorization: `Bearer ${ciba.token}` } });
      await ciba.api(`client/update/${ID}`, { ...client, clientIdAlias: 'alias' });
      for (const [i, [endpoint, { action }]] of Object.entries(ENDPOINTS).entries()) {
        const [code, error, instead] = answers[i];
        assertRefused(await ask(ciba, endpoint, sent, null), code, instead ?? action, error);
      }
    });
  }
});
