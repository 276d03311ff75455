// The arm64 image under qemu-user. On an arm64 machine it is the native one, and run.test.mjs has it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QEMU, run, start, volume } from './lib/container.mjs';
import { ARM64, NATIVE, image } from './lib/image.mjs';

const skip = NATIVE === ARM64 ? 'this machine is arm64' : false;
const arm64 = image(ARM64);
const runner = QEMU;

test('arm64: ready, healthy, all reasons of the fail call, exit code 0', { skip }, async () => {
  const container = await start(arm64, { runner });
  assert.equal(container.ready, 'authlete-mock ready http://127.0.0.1:2884');
  assert.equal(await container.healthy(), 0);
  const expected = {
    ACCESS_DENIED: 'FORBIDDEN', EXPIRED_LOGIN_HINT_TOKEN: 'BAD_REQUEST', INVALID_BINDING_MESSAGE: 'BAD_REQUEST',
    INVALID_TARGET: 'BAD_REQUEST', INVALID_USER_CODE: 'BAD_REQUEST', MISSING_USER_CODE: 'BAD_REQUEST',
    SERVER_ERROR: 'INTERNAL_SERVER_ERROR', UNAUTHORIZED_CLIENT: 'BAD_REQUEST', UNKNOWN_USER_ID: 'BAD_REQUEST',
  };
  for (const [index, [reason, action]] of Object.entries(expected).entries()) {
    const { status, json } = await container.fail(`mock-ticket-${index + 1}`, reason);
    assert.equal(status, 200);
    assert.equal(json.resultCode, 'A185001');
    assert.equal(json.action, action);
    assert.equal(json.responseContent, `{"error":"${reason.toLowerCase()}"}`);
  }
  assert.equal((await container.call('/__admin/services/2884000001/tickets')).json.totalCount, 0);
  assert.equal((await container.stop()).code, 0);
});

// char has no sign on arm64: a comparison with 0 finds no byte above 127
test('arm64: a key set with a character that is not ASCII is refused', { skip }, async () => {
  const container = await start(arm64, { runner });
  const reply = await container.call('/api/2884000001/client/create', { jwks: '{"keys":[{"kty":"EC","kid":"\u00e9"}]}' });
  assert.equal(reply.status, 400);
  assert.equal(reply.json.resultCode, 'A031216');
  assert.equal((await container.stop()).code, 0);
});

test('arm64: a database on a volume, and the reason when there is none', { skip }, async () => {
  const options = { runner, volumes: [volume(arm64, '/data')], args: ['--db', '/data/mock.db'] };
  const first = await start(arm64, options);
  assert.equal((await first.fail('mock-ticket-3')).status, 200);
  assert.equal((await first.stop()).code, 0);
  const second = await start(arm64, options);
  assert.equal((await second.call('/__admin/services/2884000001/tickets')).json.totalCount, 8);
  assert.equal((await second.stop()).code, 0);
  assert.equal((await run(arm64, { runner, args: ['--db', '/data/mock.db'] })).code, 4);
});
