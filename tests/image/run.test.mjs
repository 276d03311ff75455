// The image's file system as a container: read-only, without capabilities, as PID 1.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measured, run, start, volume } from './lib/container.mjs';
import { NATIVE, image } from './lib/image.mjs';

const native = image(NATIVE);
const STOP_MS = 100;
const TICKETS = '/__admin/services/2884000001/tickets';

const users = { 'its own user': '65532:0', 'a user as OpenShift gives it': '1000740000:0', 'a user of another group': '1234:5678' };
for (const [name, user] of Object.entries(users)) {
  test(`${name}: ready, healthy, a fail call from outside, and SIGTERM ends PID 1 at once`, async () => {
    const container = await start(native, { user });
    assert.equal(container.ready, 'authlete-mock ready http://127.0.0.1:2884');
    assert.equal(container.status('NSpid').split(/\s+/).at(-1), '1');
    assert.equal(container.status('Uid').split(/\s+/)[1], user.split(':')[0]);
    assert.match(container.status('CapEff'), /^0+$/);
    assert.equal(await container.healthy(), 0);

    const reply = await container.fail('mock-ticket-1', 'UNKNOWN_USER_ID');
    assert.equal(reply.status, 200);
    assert.equal(reply.json.resultCode, 'A185001');
    assert.equal(reply.json.action, 'BAD_REQUEST');
    assert.equal(reply.json.responseContent, '{"error":"unknown_user_id"}');
    assert.equal((await container.call(`${TICKETS}/mock-ticket-1`)).status, 404);

    const { code, milliseconds } = await container.stop();
    measured(`stop as PID 1, ${name}: ${milliseconds.toFixed(0)} ms`);
    assert.equal(code, 0);
    assert.ok(milliseconds < STOP_MS, `${milliseconds} ms`);
  });
}

test('a call that waits does not hold up the end', async () => {
  const container = await start(native);
  const waiting = container.call('/__admin/requests/count?atLeast=5&waitMs=20000').catch((error) => error);
  while ((await container.call('/__admin/health')).status !== 200);
  const { code, milliseconds } = await container.stop();
  assert.equal(code, 0);
  assert.ok(milliseconds < STOP_MS, `${milliseconds} ms`);
  await waiting;
});

test('the health check says no when nobody is there', async () => {
  const { code, stderr } = await run(native, { args: ['healthcheck'] });
  assert.equal(code, 1);
  assert.match(stderr, /no healthy server/);
});

test('names are looked up without any file but /etc/hosts', async () => {
  const container = await start(native);
  for (const [host, expected] of [['localhost', 0], ['authlete-mock', 0], ['nobody', 1]]) {
    const { code, stderr } = await container.exec(['authlete-mock', 'healthcheck', '--url', `http://${host}:2884`]);
    assert.equal(code, expected, `${host}: ${stderr}`);
  }
  assert.equal((await container.stop()).code, 0);
});

test('there is no shell to start', async () => {
  const container = await start(native);
  for (const shell of ['/bin/sh', 'sh', 'bash', 'busybox'])
    assert.notEqual((await container.exec([shell, '-c', 'exit 0'])).code, 0, shell);
  assert.equal((await container.stop()).code, 0);
});

for (const [name, user] of Object.entries(users)) {
  test(`--db on a volume, ${name}: what was changed is there after a restart`, async () => {
    const data = volume(native, '/data');
    const options = { user, volumes: [data], args: ['--db', '/data/mock.db'] };
    const first = await start(native, options);
    assert.equal((await first.fail('mock-ticket-2')).json.action, 'FORBIDDEN');
    assert.equal((await first.stop()).code, 0);

    const second = await start(native, options);
    assert.equal((await second.call(`${TICKETS}/mock-ticket-2`)).status, 404);
    assert.equal((await second.call(TICKETS)).json.totalCount, 8);
    assert.equal(await second.healthy(), 0);
    assert.equal((await second.stop()).code, 0);
  });
}

test('--db where nothing can be written ends with exit code 4 and the reason', async () => {
  const { code, stderr } = await run(native, { args: ['--db', '/data/mock.db'] });
  assert.equal(code, 4);
  assert.match(stderr, /\/data\/mock\.db/);
});

test('snapshots need no place on a disk', async () => {
  const container = await start(native);
  const snapshot = '/__admin/snapshots/before';
  assert.equal((await container.call(snapshot, null, { method: 'PUT' })).status, 204);
  await container.fail('mock-ticket-5');
  assert.equal((await container.call(`${snapshot}/restore`, null, { method: 'POST' })).status, 204);
  assert.equal((await container.call(`${TICKETS}/mock-ticket-5`)).status, 200);
  assert.equal((await container.stop()).code, 0);
});

test('variables alone, as a service container of a CI system has them', async () => {
  const container = await start(native, {
    env: {
      AUTHLETE_MOCK_PORT: '8080',
      AUTHLETE_MOCK_SERVICE: '777:ci-token',
      AUTHLETE_MOCK_MODE: 'strict',
      AUTHLETE_MOCK_LOG: 'json',
    },
  });
  assert.equal(container.port, 8080);
  assert.equal(await container.healthy(), 0, 'the health check reads the same variables');
  const call = (body) => container.call('/api/777/backchannel/authentication/fail', body, { token: 'ci-token' });
  assert.equal((await call({ ticket: 'any' })).json.resultCode, 'M000206', 'strict: a reason is asked for');
  assert.equal((await call({ ticket: 'any', reason: 'SERVER_ERROR' })).json.action, 'INTERNAL_SERVER_ERROR');
  assert.equal((await container.stop()).code, 0);
  assert.ok(container.stderr().split('\n').filter(Boolean).every((line) => JSON.parse(line)));
});
