// From a backchannel request to tokens, as a client lives it: a small authorization server
// (lib/as.mjs) with the official SDK in front of the mock, a client that polls, is pinged or gets
// its tokens pushed (lib/notifications.mjs), and signatures checked with npm's jose.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { startAs } from '../lib/as.mjs';
import { startMock } from '../lib/mock.mjs';
import { startReceiver } from '../lib/notifications.mjs';
import { KEY, SERVICE as SETTINGS } from '../api/backchannel/authentication/ciba.mjs';

const GRANT = 'urn:openid:params:grant-type:ciba';
const AUTH_REQ_ID = 'urn:openid:params:jwt:claim:auth_req_id';
const RT_HASH = 'urn:openid:params:jwt:claim:rt_hash';
const NOTIFICATION_TOKEN = 'a.notification-token_~+/=';
const SECRET = 'a-secret-of-the-tests-with-32-bytes-and-more';
const USERS = { john: { userCode: '1234' }, jane: { userCode: '5678' } };
const CLIENTS = { poll: 201, ping: 202, push: 203 };
const ID = '8100';

const receiver = await startReceiver(NOTIFICATION_TOKEN);
const client = (mode) => ({
  clientId: CLIENTS[mode], clientName: `Journey ${mode}`, clientSecret: SECRET, clientType: 'CONFIDENTIAL',
  tokenAuthMethod: 'CLIENT_SECRET_BASIC', grantTypes: ['CIBA', 'REFRESH_TOKEN'], bcDeliveryMode: mode.toUpperCase(),
  idTokenSignAlg: 'ES256', bcUserCodeRequired: mode === 'push',
  ...mode !== 'poll' && { bcNotificationEndpoint: `${receiver.url}/${mode}` },
});
const seed = {
  services: [{
    serviceId: Number(ID), accessTokens: ['journey-token'],
    service: { ...SETTINGS, backchannelUserCodeParameterSupported: true },
    clients: Object.keys(CLIENTS).map(client),
  }],
};
const mock = await startMock({ args: ['--seed-json', JSON.stringify(seed)] });
const servers = [];
after(async () => {
  for (const as of servers) await as.stop();
  await receiver.stop();
  await mock.stop();
});

/** A silo of its own with an authorization server before it. */
async function setUp() {
  const silo = mock.silo();
  const as = await startAs({ serverURL: silo.url, bearer: 'journey-token', serviceId: ID, users: USERS });
  servers.push(as);
  return { silo, as };
}

/** What a client sends: a form with its credentials in the header. */
async function send(as, mode, path, params, secret = SECRET) {
  const response = await fetch(`${as.url}${path}`, {
    method: 'POST', body: new URLSearchParams(params),
    headers: { Authorization: `Basic ${Buffer.from(`${CLIENTS[mode]}:${secret}`).toString('base64')}` },
  });
  const text = await response.text();
  return { status: response.status, json: text ? JSON.parse(text) : undefined };
}

const request = (as, mode, params = {}) => send(as, mode, '/backchannel', {
  scope: 'openid read', login_hint: 'john', binding_message: 'W4SCT',
  ...mode !== 'poll' && { client_notification_token: NOTIFICATION_TOKEN }, ...mode === 'push' && { user_code: '1234' },
  ...params,
});
const poll = (as, mode, id) => send(as, mode, '/token', { grant_type: GRANT, auth_req_id: id });

/** The auth_req_id of a request that was taken. */
async function begin(as, mode, params) {
  const { status, json } = await request(as, mode, params);
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual({ ...json, auth_req_id: '' }, { auth_req_id: '', expires_in: 600, interval: 5 });
  return json.auth_req_id;
}

async function fetchJson(url, headers = {}) {
  const response = await fetch(url, { headers });
  return { status: response.status, json: await response.json() };
}
const resource = (as, token) => fetchJson(`${as.url}/resource`, { Authorization: `Bearer ${token}` });

async function verify(as, mode, idToken) {
  const { json: keys } = await fetchJson(`${as.url}/jwks`);
  const now = (await mock.admin('GET', '/clock')).json.now;
  const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), {
    issuer: SETTINGS.issuer, audience: String(CLIENTS[mode]), algorithms: ['ES256'], currentDate: new Date(now),
  });
  assert.equal(decodeProtectedHeader(idToken).kid, KEY.kid);
  return payload;
}

function assertError({ status, json }, wanted, error) {
  assert.equal(status, wanted, JSON.stringify(json));
  assert.equal(json.error, error, JSON.stringify(json));
}

/** A token response with all that belongs to it. */
function assertTokens({ status, json }) {
  assert.equal(status, 200, JSON.stringify(json));
  assert.equal(json.token_type, 'Bearer');
  assert.equal(json.scope, 'openid read');
  assert.equal(json.expires_in, 86400);
  for (const name of ['access_token', 'refresh_token', 'id_token']) assert.equal(typeof json[name], 'string', name);
  return json;
}

const half = (text) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

describe('poll', () => {
  it('pending, tokens, refreshed, revoked', async () => {
    const { as } = await setUp();
    const id = await begin(as, 'poll');
    assertError(await poll(as, 'poll', id), 400, 'authorization_pending');
    assert.equal((await as.decide(id, 'AUTHORIZED')).answer.action, 'NO_ACTION');
    const tokens = assertTokens(await poll(as, 'poll', id));
    const claims = await verify(as, 'poll', tokens.id_token);
    assert.equal(claims.sub, 'john');
    assert.equal(claims[AUTH_REQ_ID], undefined);
    assertError(await poll(as, 'poll', id), 400, 'invalid_grant'); // once only

    assert.deepEqual((await resource(as, tokens.access_token)).json, { subject: 'john', scopes: ['openid', 'read'] });
    const refreshed = await send(as, 'poll', '/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    assert.equal(refreshed.status, 200, JSON.stringify(refreshed.json));
    assert.equal((await resource(as, tokens.access_token)).status, 401);
    const token = refreshed.json.access_token;
    assert.equal((await resource(as, token)).status, 200);
    assert.equal((await send(as, 'poll', '/revoke', { token })).status, 200);
    assert.equal((await resource(as, token)).status, 401);
  });

  it('the user says no, or never answers on the device', async () => {
    const { as } = await setUp();
    for (const [result, error] of [['ACCESS_DENIED', 'access_denied'], ['TRANSACTION_FAILED', 'expired_token']]) {
      const id = await begin(as, 'poll');
      await as.decide(id, result, { errorDescription: 'So it is.' });
      const reply = await poll(as, 'poll', id);
      assertError(reply, 400, error);
      assert.equal(reply.json.error_description, 'So it is.');
    }
  });

  it('the time runs out', async () => {
    const { silo, as } = await setUp();
    const id = await begin(as, 'poll');
    await silo.advance(600);
    assertError(await poll(as, 'poll', id), 400, 'expired_token');
  });

  it('refused before anybody is asked: an unknown user, a wrong secret, nobody named', async () => {
    const { as } = await setUp();
    assertError(await request(as, 'poll', { login_hint: 'nobody' }), 400, 'unknown_user_id');
    assertError(await send(as, 'poll', '/backchannel', { scope: 'openid', login_hint: 'john' }, 'wrong'), 401, 'invalid_client');
    assertError(await send(as, 'poll', '/backchannel', { scope: 'openid' }), 400, 'invalid_request');
    assert.equal(as.pending.size, 0);
  });

  it("another client's id", async () => {
    const { as } = await setUp();
    const id = await begin(as, 'poll');
    await as.decide(id, 'AUTHORIZED');
    assertError(await poll(as, 'ping', id), 400, 'invalid_grant');
    assertTokens(await poll(as, 'poll', id));
  });
});

describe('ping', () => {
  it('told, then it fetches the tokens', async () => {
    const { as } = await setUp();
    const id = await begin(as, 'ping', { login_hint: 'jane' });
    assertError(await poll(as, 'ping', id), 400, 'authorization_pending');
    assert.equal((await as.decide(id, 'AUTHORIZED')).notified, 204);
    assert.deepEqual(await receiver.next('/ping'), { auth_req_id: id });
    const tokens = assertTokens(await poll(as, 'ping', id));
    assert.equal((await verify(as, 'ping', tokens.id_token)).sub, 'jane');
  });

  it('told the same when the user says no', async () => {
    const { as } = await setUp();
    const id = await begin(as, 'ping');
    assert.equal((await as.decide(id, 'ACCESS_DENIED')).notified, 204);
    assert.deepEqual(await receiver.next('/ping'), { auth_req_id: id });
    assertError(await poll(as, 'ping', id), 400, 'access_denied');
  });
});

describe('push', () => {
  it('gets tokens that belong together', async () => {
    const { as } = await setUp();
    const id = await begin(as, 'push');
    assertError(await poll(as, 'push', id), 400, 'unauthorized_client');
    assert.equal((await as.decide(id, 'AUTHORIZED')).notified, 204);
    const pushed = await receiver.next('/push');
    assert.equal(pushed.auth_req_id, id);
    const claims = await verify(as, 'push', pushed.id_token);
    assert.equal(claims.sub, 'john');
    assert.equal(claims[AUTH_REQ_ID], id);
    assert.equal(claims.at_hash, half(pushed.access_token));
    assert.equal(claims[RT_HASH], half(pushed.refresh_token));
    assert.equal((await resource(as, pushed.access_token)).json.subject, 'john');
    assertError(await poll(as, 'push', id), 400, 'invalid_grant');
  });

  it('gets the error when the user says no', async () => {
    const { as } = await setUp();
    const id = await begin(as, 'push');
    assert.equal((await as.decide(id, 'ACCESS_DENIED', { errorDescription: 'No.' })).notified, 204);
    assert.deepEqual(await receiver.next('/push'), { auth_req_id: id, error: 'access_denied', error_description: 'No.' });
  });

  it('refused without its user code or with another', async () => {
    const { as } = await setUp();
    assertError(await request(as, 'push', { user_code: '0000' }), 400, 'invalid_user_code');
    const without = { scope: 'openid', login_hint: 'john', client_notification_token: NOTIFICATION_TOKEN };
    assertError(await send(as, 'push', '/backchannel', without), 400, 'missing_user_code');
  });
});

it('the discovery document tells a client all it needs', async () => {
  const { as } = await setUp();
  const { json } = await fetchJson(`${as.url}/.well-known/openid-configuration`);
  assert.equal(json.issuer, SETTINGS.issuer);
  assert.ok(json.grant_types_supported.includes(GRANT));
  assert.deepEqual(json.backchannel_token_delivery_modes_supported, ['poll', 'ping', 'push']);
  assert.equal(json.backchannel_user_code_parameter_supported, true);
  assert.ok(json.id_token_signing_alg_values_supported.includes('ES256'));
});

it('ciba-78 the SDK takes every 200 reply, and none holds a null', () => {
  const replies = servers.flatMap(({ replies: all }) => all);
  const holdsNull = (value) => value === null || (typeof value === 'object' && Object.values(value).some(holdsNull));
  for (const { path, status, text } of replies) {
    assert.equal(status, 200, `${path} ${text}`);
    const json = JSON.parse(text);
    assert.ok(!holdsNull(json), text);
    const content = json.responseContent ?? ''; // JSON, or a challenge for a header
    if (content.startsWith('{')) assert.ok(!holdsNull(JSON.parse(content)), text);
  }
  const operations = new Set(replies.map(({ path }) => path.replace(/^.*\/api\/\d+\//, '')));
  assert.deepEqual([...operations].sort(), [
    'auth/introspection', 'auth/revocation', 'auth/token', 'backchannel/authentication',
    'backchannel/authentication/complete', 'backchannel/authentication/fail', 'backchannel/authentication/issue',
    'service/configuration', 'service/jwks/get',
  ]);
});
