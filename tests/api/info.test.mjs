import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { M_CODE, assertRefused } from '../lib/check.mjs';
import { startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

test('GET /api/info gives version and features, without credentials', async () => {
  const reply = await mock.call('GET', '/api/info');
  assert.equal(reply.status, 200);
  assert.match(reply.headers['content-type'], /^application\/json\b/);
  assert.deepEqual(Object.keys(reply.json).sort(), ['features', 'version']);
  assert.match(reply.json.version, /^\d+\.\d+/);
  assert.ok(reply.json.features.includes('ciba'));
  assert.ok(reply.json.features.every((feature) => typeof feature === 'string'));
  assert.equal(new Set(reply.json.features).size, reply.json.features.length);
});

test('other methods are refused', async () => {
  const reply = await mock.call('POST', '/api/info');
  assertRefused(reply, 405, M_CODE);
  assert.match(reply.headers.allow, /\bGET\b/);
});
