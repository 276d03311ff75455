import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { M_CODE, assertRefused } from '../../lib/check.mjs';
import { startMock } from '../../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

for (const [query, expected] of Object.entries({
  '': {},
  '?': {},
  '?a=1': { a: '1' },
  '?a=1&b=two&c=': { a: '1', b: 'two', c: '' },
  '?q=%22%5C%0A%00%26': { q: '"\\\n\0&' },
  '?%E5%90%8D=%F0%9F%98%80': { 名: '😀' },
  '?__proto__=x': JSON.parse('{"__proto__":"x"}'),
})) {
  test(`GET /api/misc/echo${query}`, async () => {
    const reply = await mock.call('GET', `/api/misc/echo${query}`);
    assert.equal(reply.status, 200, reply.text);
    assert.match(reply.headers['content-type'], /^application\/json\b/);
    assert.deepEqual(reply.json, expected);
  });
}

test('a name without a value is no null', async () => {
  const reply = await mock.call('GET', '/api/misc/echo?a&b=1');
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.json, { a: '', b: '1' });
});

test('other methods are refused', async () => {
  const reply = await mock.call('POST', '/api/misc/echo?a=1');
  assertRefused(reply, 405, M_CODE);
  assert.match(reply.headers.allow, /\bGET\b/);
});
