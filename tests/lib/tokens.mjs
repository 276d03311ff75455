// A server whose services and clients suit tests about issued tokens, and calls about those.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { SERVICE, TOKEN, startMock } from './mock.mjs';

export const WEB = 101; // confidential
export const SPA = 102; // public
export const JWT_CLIENT = 103; // authenticates by client_secret_jwt
export const FOREIGN = { service: '77', token: 'token-of-77' }; // its access tokens are JWTs
export const POOR = { service: '78', token: 'token-of-78' }; // neither refresh tokens nor keys
export const NONCES = { service: '79', token: 'token-of-79' }; // keys elsewhere, nonces in DPoP proofs
export const DOUBTFUL = { service: '80', token: 'token-of-80' }; // two keys for RS256, a broken one for ES256

export const sha256 = (text) => createHash('sha256').update(text).digest('base64url');

const privateJwk = (type, options, more) =>
  ({ ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), ...more });
const rsa = (kid) => privateJwk('rsa', { modulusLength: 2048 }, { kid, use: 'sig', alg: 'RS256' });
export const keys = [rsa('rsa-1'), privateJwk('ec', { namedCurve: 'P-256' }, { kid: 'ec-1', use: 'sig', alg: 'ES256' })];
const doubtful = [keys[0], { ...keys[0], kid: 'rsa-2' }, { ...keys[1], x: keys[1].y }];

const GRANTS = ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'IMPLICIT', 'CIBA'];
const service = {
  serviceName: 'tokens', issuer: 'https://as.example.com', supportedGrantTypes: GRANTS,
  revocationEndpoint: 'https://as.example.com/revoke',
  supportedScopes: [
    { name: 'openid' }, { name: 'read', description: 'Look at things.' }, { name: 'write' },
    { name: 'short', attributes: [{ key: 'access_token.duration', value: '30' }, { key: 'refresh_token.duration', value: '60' }] },
  ],
  supportedBackchannelTokenDeliveryModes: ['POLL'], backchannelAuthReqIdDuration: 600,
  accessTokenDuration: 3600, refreshTokenDuration: 7200,
  attributes: [{ key: 'of', value: 'service' }],
  jwks: JSON.stringify({ keys }),
};
const clients = [
  {
    clientId: WEB, clientIdAlias: 'web', clientName: 'Web', developer: 'me', clientSecret: 'secret-of-web',
    clientType: 'CONFIDENTIAL', tokenAuthMethod: 'CLIENT_SECRET_BASIC', grantTypes: GRANTS,
    bcDeliveryMode: 'POLL', attributes: [{ key: 'of', value: 'client' }],
  },
  { clientId: SPA, clientName: 'Browser', clientType: 'PUBLIC', tokenAuthMethod: 'NONE', grantTypes: GRANTS },
  {
    clientId: JWT_CLIENT, clientSecret: 'a-secret-of-at-least-thirty-two-bytes', clientType: 'CONFIDENTIAL',
    tokenAuthMethod: 'CLIENT_SECRET_JWT', tokenAuthSignAlg: 'HS256', grantTypes: GRANTS,
  },
];
const other = ({ service: serviceId, token }, members, first) => ({
  serviceId: Number(serviceId), accessTokens: [token], service: { ...service, ...members },
  clients: [{ ...clients[0], clientId: first, clientIdAlias: 'other' }],
});
const seed = {
  services: [
    { serviceId: Number(SERVICE), apiSecret: 'api-secret', accessTokens: [TOKEN], service, clients },
    other(FOREIGN, { accessTokenSignAlg: 'ES256' }, 201),
    other(POOR, { clientIdAliasEnabled: false, supportedGrantTypes: ['AUTHORIZATION_CODE', 'CLIENT_CREDENTIALS'], jwks: undefined }, 301),
    other(NONCES, { dpopNonceRequired: true, dpopNonceDuration: 60, jwks: undefined, jwksUri: 'https://as.example.com/jwks' }, 401),
    other(DOUBTFUL, { accessTokenSignAlg: 'ES256', jwks: JSON.stringify({ keys: doubtful }) }, 501),
  ],
};

export const startTokens = () => startMock({ args: ['--seed-json', JSON.stringify(seed)] });

/** The one client of each of the other services. */
export const clientOf = ({ service: id }) => ({ 77: 201, 78: 301, 79: 401, 80: 501 })[id];

/** Makes a token; the reply's JSON. */
export async function create(silo, members = {}, at) {
  const reply = await silo.api('auth/token/create', {
    grantType: 'AUTHORIZATION_CODE', clientId: at ? clientOf(at) : WEB, subject: 'john', scopes: ['read'], ...members,
  }, at);
  assert.equal(reply.json.resultCode, 'A109001', reply.text);
  return reply.json;
}

/** What introspection says of a token. */
export async function introspect(silo, token, members = {}, at) {
  const reply = await silo.api('auth/introspection', { token, ...members }, at);
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
}

export const exists = async (silo, token) => (await introspect(silo, token)).existent;

/** A call without a body. */
export const call = (silo, method, path, { service: id = SERVICE, token = TOKEN } = {}) =>
  silo.call(method, `/api/${id}/${path}`, { headers: { Authorization: `Bearer ${token}` } });

/** The reply of a processed call: its action and code, and for the client an error of that name. */
export function assertResult(reply, action, resultCode, error) {
  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual([reply.json.action, reply.json.resultCode], [action, resultCode], reply.text);
  if (!error) return;
  const content = JSON.parse(reply.json.responseContent);
  assert.equal(content.error, error);
  assert.ok(content.error_description.startsWith(`[${resultCode}] `), reply.text);
  assert.equal(content.error_uri, `https://docs.authlete.com/#${resultCode}`);
}

export const form = (members) => new URLSearchParams(members).toString();

/** A signed JWT that carries a token as its jti; nobody looks at the signature. */
export function jwt(claims, header = { typ: 'at+jwt', alg: 'RS256' }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${Buffer.from('signature').toString('base64url')}`;
}
