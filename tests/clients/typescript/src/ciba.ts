// From a backchannel request to tokens, as a client lives it: a small authorization server (as.ts)
// with the SDK in front of the mock, a client that polls, is pinged or gets its tokens pushed
// (notifications.ts), and signatures checked with npm's jose.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { startAs, type AuthorizationServer } from './as.js';
import { SERVICE, TOKEN, type Check, type Silo } from './mock.js';
import { startReceiver, type Receiver } from './notifications.js';

const GRANT = 'urn:openid:params:grant-type:ciba';
const AUTH_REQ_ID = 'urn:openid:params:jwt:claim:auth_req_id';
const RT_HASH = 'urn:openid:params:jwt:claim:rt_hash';
const NOTIFICATION_TOKEN = 'a.notification-token_~+/=';
const USERS = { john: { userCode: '1234' }, jane: { userCode: '5678' } };
/** The clients of the built-in seed. */
const CLIENTS = { poll: '2884100003', ping: '2884100004', push: '2884100005' };

type Mode = keyof typeof CLIENTS;
type Params = Record<string, string>;
interface Reply { status: number; json: Record<string, unknown> }
interface World { silo: Silo; as: AuthorizationServer; receiver: Receiver }

/** Both servers, and the endpoints of the clients that are notified, for as long as the work takes. */
async function withServers(silo: Silo, work: (world: World) => Promise<void>): Promise<void> {
  const receiver = await startReceiver(NOTIFICATION_TOKEN);
  const as = await startAs({ serverURL: silo.url, bearer: TOKEN, serviceId: SERVICE, users: USERS });
  const { client } = silo.authlete();
  try {
    for (const mode of ['ping', 'push'] as const) {
      const of = { serviceId: SERVICE, clientId: CLIENTS[mode] };
      await client.update({ ...of, client: { ...await client.get(of), bcNotificationEndpoint: `${receiver.url}/${mode}` } });
    }
    await work({ silo, as, receiver });
  } finally {
    await as.stop();
    await receiver.stop();
  }
}

const withAs = (work: (world: World) => Promise<void>): Check => (silo) => withServers(silo, work);

/** What a client sends: a form with its credentials in the header. */
async function send(as: AuthorizationServer, mode: Mode, path: string, params: Params,
  secret = `mock-client-secret-ciba-${mode}`): Promise<Reply> {
  const response = await fetch(`${as.url}${path}`, {
    method: 'POST', body: new URLSearchParams(params),
    headers: { Authorization: `Basic ${Buffer.from(`${CLIENTS[mode]}:${secret}`).toString('base64')}` },
  });
  const text = await response.text();
  return { status: response.status, json: text ? JSON.parse(text) as Reply['json'] : {} };
}

const request = (as: AuthorizationServer, mode: Mode, params: Params = {}): Promise<Reply> => send(as, mode, '/backchannel', {
  scope: 'openid read', login_hint: 'john', binding_message: 'W4SCT',
  ...mode !== 'poll' && { client_notification_token: NOTIFICATION_TOKEN }, ...mode === 'push' && { user_code: '1234' },
  ...params,
});
const poll = (as: AuthorizationServer, mode: Mode, id: string): Promise<Reply> =>
  send(as, mode, '/token', { grant_type: GRANT, auth_req_id: id });

/** The auth_req_id of a request that was taken. */
async function begin(as: AuthorizationServer, mode: Mode, params?: Params): Promise<string> {
  const { status, json } = await request(as, mode, params);
  assert.equal(status, 200, JSON.stringify(json));
  assert.deepEqual({ ...json, auth_req_id: '' }, { auth_req_id: '', expires_in: 600, interval: 5 });
  return String(json['auth_req_id']);
}

async function fetchJson(url: string, headers: Params = {}): Promise<Reply> {
  const response = await fetch(url, { headers });
  return { status: response.status, json: await response.json() as Reply['json'] };
}
const resource = (as: AuthorizationServer, token: unknown): Promise<Reply> =>
  fetchJson(`${as.url}/resource`, { Authorization: `Bearer ${token}` });

async function verify(as: AuthorizationServer, mode: Mode, idToken: unknown): Promise<JWTPayload> {
  const { json: keys } = await fetchJson(`${as.url}/jwks`);
  const { payload } = await jwtVerify(String(idToken), createLocalJWKSet(keys as unknown as JSONWebKeySet), {
    issuer: 'https://as.example.com', audience: CLIENTS[mode], algorithms: ['ES256'],
  });
  assert.equal(decodeProtectedHeader(String(idToken)).kid, 'mock-es256');
  return payload;
}

function assertError({ status, json }: Reply, wanted: number, error: string): void {
  assert.equal(status, wanted, JSON.stringify(json));
  assert.equal(json['error'], error, JSON.stringify(json));
}

/** A token response with all that belongs to it. */
function assertTokens({ status, json }: Reply): { access_token: string; refresh_token: string; id_token: string } {
  assert.equal(status, 200, JSON.stringify(json));
  assert.equal(json['token_type'], 'Bearer');
  assert.equal(json['scope'], 'openid read');
  assert.equal(json['expires_in'], 86400);
  const text = (name: string): string => {
    assert.equal(typeof json[name], 'string', name);
    return String(json[name]);
  };
  return { access_token: text('access_token'), refresh_token: text('refresh_token'), id_token: text('id_token') };
}

const half = (text: unknown): string => createHash('sha256').update(String(text)).digest().subarray(0, 16).toString('base64url');

async function polled({ as }: World): Promise<void> {
  const id = await begin(as, 'poll');
  assertError(await poll(as, 'poll', id), 400, 'authorization_pending');
  assert.equal((await as.decide(id, 'AUTHORIZED')).answer.action, 'NO_ACTION');
  const tokens = assertTokens(await poll(as, 'poll', id));
  const claims = await verify(as, 'poll', tokens.id_token);
  assert.equal(claims.sub, 'john');
  assert.equal(claims[AUTH_REQ_ID], undefined);
  assertError(await poll(as, 'poll', id), 400, 'invalid_grant'); // once only
}

async function pinged({ as, receiver }: World): Promise<void> {
  const id = await begin(as, 'ping', { login_hint: 'jane' });
  assertError(await poll(as, 'ping', id), 400, 'authorization_pending');
  assert.equal((await as.decide(id, 'AUTHORIZED')).notified, 204);
  assert.deepEqual(await receiver.next('/ping'), { auth_req_id: id });
  const tokens = assertTokens(await poll(as, 'ping', id));
  assert.equal((await verify(as, 'ping', tokens.id_token)).sub, 'jane');
}

async function pushed({ as, receiver }: World): Promise<void> {
  const id = await begin(as, 'push');
  assertError(await poll(as, 'push', id), 400, 'unauthorized_client');
  assert.equal((await as.decide(id, 'AUTHORIZED')).notified, 204);
  const notification = await receiver.next('/push');
  assert.equal(notification.auth_req_id, id);
  const claims = await verify(as, 'push', notification['id_token']);
  assert.equal(claims.sub, 'john');
  assert.equal(claims[AUTH_REQ_ID], id);
  assert.equal(claims['at_hash'], half(notification['access_token']));
  assert.equal(claims[RT_HASH], half(notification['refresh_token']));
  assert.equal((await resource(as, notification['access_token'])).json['subject'], 'john');
  assertError(await poll(as, 'push', id), 400, 'invalid_grant');
}

async function used({ as, silo }: World): Promise<void> {
  const id = await begin(as, 'poll');
  await as.decide(id, 'AUTHORIZED');
  const tokens = assertTokens(await poll(as, 'poll', id));
  assert.deepEqual((await resource(as, tokens.access_token)).json, { subject: 'john', scopes: ['openid', 'read'] });
  const refreshed = await send(as, 'poll', '/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  assert.equal(refreshed.status, 200, JSON.stringify(refreshed.json));
  assert.equal((await resource(as, tokens.access_token)).status, 401);
  const token = String(refreshed.json['access_token']);
  assert.equal((await resource(as, token)).status, 200);

  const active = async (): Promise<unknown> => {
    const answer = await silo.authlete().introspection.standardProcess({
      serviceId: SERVICE, standardIntrospectionRequest: { parameters: `token=${token}` },
    });
    assert.equal(answer.action, 'OK');
    return (JSON.parse(answer.responseContent ?? '') as { active: boolean }).active;
  };
  assert.equal(await active(), true);
  assert.equal((await send(as, 'poll', '/revoke', { token })).status, 200);
  assert.equal(await active(), false);
  assert.equal((await resource(as, token)).status, 401);
  assert.equal((await resource(as, 'nothing')).status, 401);
}

/** Before anybody is asked: an unknown user, a wrong secret, nobody named; then tickets that are none. */
async function refused({ as, silo }: World): Promise<void> {
  assertError(await request(as, 'poll', { login_hint: 'nobody' }), 400, 'unknown_user_id');
  assertError(await send(as, 'poll', '/backchannel', { scope: 'openid', login_hint: 'john' }, 'wrong'), 401, 'invalid_client');
  assertError(await send(as, 'poll', '/backchannel', { scope: 'openid' }), 400, 'invalid_request');
  assert.equal(as.pending.size, 0);
  const { ciba } = silo.authlete();
  const unknown = await ciba.processAuthentication({
    serviceId: SERVICE,
    backchannelAuthenticationRequest: { parameters: 'scope=openid&login_hint=john', clientId: '1', clientSecret: 'none' },
  });
  assert.equal(unknown.action, 'UNAUTHORIZED');
  const issued = await ciba.issue({ serviceId: SERVICE, backchannelAuthenticationIssueRequest: { ticket: 'none' } });
  assert.equal(issued.action, 'INVALID_TICKET');
  const completed = await ciba.complete({
    serviceId: SERVICE, backchannelAuthenticationCompleteRequest: { ticket: 'none', subject: 'john', result: 'AUTHORIZED' },
  });
  assert.equal(completed.action, 'SERVER_ERROR');
}

async function discovered({ as }: World): Promise<void> {
  const { json } = await fetchJson(`${as.url}/.well-known/openid-configuration`);
  assert.equal(json['issuer'], 'https://as.example.com');
  assert.ok((json['grant_types_supported'] as string[]).includes(GRANT));
  assert.deepEqual(json['backchannel_token_delivery_modes_supported'], ['poll', 'ping', 'push']);
  assert.equal(json['backchannel_user_code_parameter_supported'], true);
  assert.ok((json['id_token_signing_alg_values_supported'] as string[]).includes('ES256'));
}

const holdsNull = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.values(value as object).some(holdsNull));

export const checks: Record<string, Check> = {
  'ciba-poll': withAs(polled),
  'ciba-ping': withAs(pinged),
  'ciba-push': withAs(pushed),
  'token-use': withAs(used),
  'ciba-refused': withAs(refused),
  'ciba-discovery': withAs(discovered),

  /** No, or no answer on the device: in poll mode, then as a notification. */
  'ciba-denied': withAs(async ({ as, receiver }) => {
    for (const [result, error] of [['ACCESS_DENIED', 'access_denied'], ['TRANSACTION_FAILED', 'expired_token']] as const) {
      const id = await begin(as, 'poll');
      await as.decide(id, result, { errorDescription: 'So it is.' });
      const reply = await poll(as, 'poll', id);
      assertError(reply, 400, error);
      assert.equal(reply.json['error_description'], 'So it is.');
    }
    const ping = await begin(as, 'ping');
    assert.equal((await as.decide(ping, 'ACCESS_DENIED')).notified, 204);
    assert.deepEqual(await receiver.next('/ping'), { auth_req_id: ping });
    assertError(await poll(as, 'ping', ping), 400, 'access_denied');
    const push = await begin(as, 'push');
    assert.equal((await as.decide(push, 'ACCESS_DENIED', { errorDescription: 'No.' })).notified, 204);
    assert.deepEqual(await receiver.next('/push'), { auth_req_id: push, error: 'access_denied', error_description: 'No.' });
  }),

  'ciba-expires': withAs(async ({ silo, as }) => {
    const id = await begin(as, 'poll');
    await silo.advance(600);
    assertError(await poll(as, 'poll', id), 400, 'expired_token');
  }),

  'ciba-id-of-another-client': withAs(async ({ as }) => {
    const id = await begin(as, 'poll');
    await as.decide(id, 'AUTHORIZED');
    assertError(await poll(as, 'ping', id), 400, 'invalid_grant');
    assertTokens(await poll(as, 'poll', id));
  }),

  'ciba-user-code': withAs(async ({ as }) => {
    assertError(await request(as, 'push', { user_code: '0000' }), 400, 'invalid_user_code');
    const without = { scope: 'openid', login_hint: 'john', client_notification_token: NOTIFICATION_TOKEN };
    assertError(await send(as, 'push', '/backchannel', without), 400, 'missing_user_code');
  }),

  /** All of it once more: the SDK takes every 200 reply, and none holds a null. */
  'ciba-78': withAs(async (world) => {
    for (const part of [polled, pinged, pushed, used, refused, discovered]) await part(world);
    for (const { path, status, text } of world.as.replies) {
      assert.equal(status, 200, `${path} ${text}`);
      const json = JSON.parse(text) as { responseContent?: string };
      assert.ok(!holdsNull(json), text);
      const content = json.responseContent ?? ''; // JSON, or a challenge for a header
      if (content.startsWith('{')) assert.ok(!holdsNull(JSON.parse(content)), text);
    }
    const operations = new Set(world.as.replies.map(({ path }) => path.replace(/^.*\/api\/\d+\//, '')));
    assert.deepEqual([...operations].sort(), [
      'auth/introspection', 'auth/revocation', 'auth/token', 'backchannel/authentication',
      'backchannel/authentication/complete', 'backchannel/authentication/fail', 'backchannel/authentication/issue',
      'service/configuration', 'service/jwks/get',
    ]);
  }),
};
