import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './setup.js';

const request = { scope: 'openid', login_hint: 'john', binding_message: 'W4SCT' };
const grant = (id) => ({ grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: id });

test('an unknown user is refused, with one fail call', async (t) => {
  const { post, control } = await setUp(t);

  assert.deepEqual(await post('/backchannel', { ...request, login_hint: 'nobody' }),
    { status: 400, body: { error: 'unknown_user_id' } });

  const { requests } = await control('GET', '/requests?operation=backchannel/authentication/fail');
  assert.deepEqual(requests.map((call) => call.resultCode), ['A185001']);
});

test('the client polls, the user consents, the client has tokens', async (t) => {
  const { post, decide } = await setUp(t);
  const { body: { auth_req_id: id } } = await post('/backchannel', request);

  assert.deepEqual((await post('/token', grant(id))).body.error, 'authorization_pending');
  await decide(id, 'AUTHORIZED');
  const { status, body } = await post('/token', grant(id));
  assert.equal(status, 200);
  assert.ok(body.access_token && body.id_token);
});

test('a user who never answers: ten minutes later it is too late', async (t) => {
  const { post, control } = await setUp(t);
  const { body: { auth_req_id: id, expires_in: seconds } } = await post('/backchannel', request);

  await control('POST', '/clock/advance', { seconds: seconds + 1 });
  assert.deepEqual((await post('/token', grant(id))).body.error, 'expired_token');
});

test('Authlete breaks down: the client gets 500 and no tokens', async (t) => {
  const { post, control } = await setUp(t);
  await control('POST', '/faults', { operation: 'auth/token', times: 1, effect: { action: 'INTERNAL_SERVER_ERROR' } });

  assert.equal((await post('/token', grant('any'))).status, 500);
});
