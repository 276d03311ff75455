// The health check of a container comes every second: it must not get in the way of anybody's test.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FAIL } from '../lib/check.mjs';
import { run, withMock } from '../lib/mock.mjs';

const HEALTH = '/api/lifecycle/healthcheck';
const calls = async (mock) => (await mock.admin('GET', '/coverage')).json.operations
  .find(({ operation }) => operation === 'lifecycle/healthcheck').calls;

it('the probe leaves no trace: journal, ids, coverage, faults, log', async () => {
  await withMock({ collect: false }, async (mock) => {
    const fault = { operation: '*', effect: { status: 503 }, times: 1 };
    assert.equal((await mock.admin('POST', '/faults', fault)).status, 201);
    for (let i = 0; i < 3; i++)
      assert.equal((await run(['healthcheck', '--url', mock.url])).code, 0);
    assert.deepEqual(await mock.requests(), []);
    assert.equal(await calls(mock), 0);
    assert.deepEqual((await mock.admin('GET', '/faults')).json.faults.map(({ matched, fired }) => [matched, fired]), [[0, 0]]);

    const first = await mock.api(FAIL, { reason: 'ACCESS_DENIED' });
    assert.equal(first.status, 503, 'the fault has waited for a call');
    assert.equal(first.headers['x-mock-request-id'], '1');
    await mock.stop();
    assert.ok(!mock.stderr.includes('lifecycle'), mock.stderr);
  });
});

it('anybody else who asks for health is seen', async () => {
  await withMock({ collect: false }, async (mock) => {
    assert.equal((await mock.call('GET', HEALTH)).headers['x-mock-request-id'], '1');
    assert.equal((await mock.requests()).length, 1);
    assert.equal(await calls(mock), 1);
    await mock.stop();
    assert.ok(mock.stderr.includes('lifecycle/healthcheck'));
  });
});
