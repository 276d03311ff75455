import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { M_CODE, assertRefused } from '../lib/check.mjs';
import { run, startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

test('GET /__admin/version says what --version says', async () => {
  const reply = await mock.admin('GET', '/version');
  assert.equal(reply.status, 200, reply.text);
  const { code, stdout } = await run(['--version']);
  assert.equal(code, 0);
  assert.equal(stdout.split(/\s/)[1], reply.json.version);
});

test('other methods are refused', async () => {
  assertRefused(await mock.admin('DELETE', '/version'), 405, M_CODE);
});
