import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { M_CODE, assertRefused } from '../../lib/check.mjs';
import { startMock } from '../../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

for (const path of ['', '/', '?extended=true', '?extended=false', '?other=1']) {
  test(`GET /api/lifecycle/healthcheck${path} needs no credentials`, async () => {
    const reply = await mock.call('GET', `/api/lifecycle/healthcheck${path}`);
    assert.equal(reply.status, 200);
    assert.match(reply.headers['content-type'], /^text\/plain\b/);
    assert.equal(reply.text, 'OK');
  });
}

test('credentials are not looked at', async () => {
  const reply = await mock.call('GET', '/api/lifecycle/healthcheck', { headers: { Authorization: 'Bearer nobody' } });
  assert.equal(reply.status, 200);
});

test('other methods are refused', async () => {
  const reply = await mock.call('POST', '/api/lifecycle/healthcheck');
  assertRefused(reply, 405, M_CODE);
  assert.match(reply.headers.allow, /\bGET\b/);
  assert.doesNotMatch(reply.headers.allow, /\bPOST\b/);
});
