import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { M_CODE, assertRefused } from '../lib/check.mjs';
import { startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

for (const path of ['/health', '/health/', '/health?x=1']) {
  test(`GET /__admin${path}`, async () => {
    const reply = await mock.admin('GET', path);
    assert.equal(reply.status, 200, reply.text);
    assert.match(reply.headers['content-type'], /^application\/json\b/);
    assert.equal(reply.json.status, 'ok');
  });
}

test('other methods are refused', async () => {
  const reply = await mock.admin('POST', '/health', {});
  assertRefused(reply, 405, M_CODE);
  assert.match(reply.headers.allow, /\bGET\b/);
});

test('an unknown control operation is 404', async () => {
  for (const path of ['', '/', '/nope', '/health/more', '/healthy']) {
    assertRefused(await mock.admin('GET', path), 404, M_CODE);
  }
});
