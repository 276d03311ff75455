import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL, REASONS } from '../lib/check.mjs';
import { SERVICE, startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

async function coverage(silo) {
  const reply = await silo.admin('GET', '/coverage');
  assert.equal(reply.status, 200, reply.text);
  assert.deepEqual(Object.keys(reply.json), ['operations', 'hit', 'total']);
  return reply.json;
}

const of = ({ operations }, operation) => operations.find((entry) => entry.operation === operation);
const rows = ({ operations }) => operations.flatMap(({ results }) => results);

describe('coverage', () => {
  it('lists every operation of the API with every result, none hit at first', async () => {
    const all = await coverage(mock.silo());
    const document = (await mock.admin('GET', '/openapi.json')).json;
    const served = Object.keys(document.paths).filter((path) => !path.startsWith('/__admin'));
    for (const { operation, calls, others } of all.operations) {
      assert.ok(served.some((path) => path.endsWith(`/${operation}`)), operation);
      assert.deepEqual([calls, others], [0, 0]);
    }
    assert.deepEqual(of(all, FAIL).results.filter(({ resultCode }) => resultCode === 'A185001'),
      ['BAD_REQUEST', 'FORBIDDEN', 'INTERNAL_SERVER_ERROR']
        .map((action) => ({ resultCode: 'A185001', action, hits: 0, forced: 0 })));
    assert.ok(of(all, 'info') && of(all, 'lifecycle/healthcheck'));
    assert.ok(!all.operations.some(({ operation }) => operation.startsWith('__admin')));
    assert.equal(all.hit, 0);
    assert.equal(all.total, rows(all).length);
  });

  it('counts each result with its action', async () => {
    const silo = mock.silo();
    for (const reason of Object.keys(REASONS)) await silo.api(FAIL, { reason });
    const all = await coverage(silo);
    const { calls, others, results } = of(all, FAIL);
    assert.deepEqual([calls, others], [9, 0]);
    assert.deepEqual(results.filter(({ resultCode }) => resultCode === 'A185001').map(({ action, hits }) => [action, hits]),
      [['BAD_REQUEST', 7], ['FORBIDDEN', 1], ['INTERNAL_SERVER_ERROR', 1]]);
    assert.equal(all.hit, rows(all).filter(({ hits }) => hits > 0).length);
  });

  it('counts what no schema lists apart', async () => {
    const silo = mock.silo();
    assert.equal((await silo.api(FAIL, {}, { token: 'nobody' })).status, 401);
    assert.equal((await silo.api(FAIL, { reason: 'WHY' })).status, 400);
    assert.equal((await silo.call('GET', `/api/${SERVICE}/${FAIL}`)).status, 405); // not the operation
    const { calls, others, results } = of(await coverage(silo), FAIL);
    assert.deepEqual([calls, others], [2, 2]);
    assert.ok(results.every(({ hits }) => hits === 0));
  });

  it('counts what a fault forced apart, and hides what cannot come', async () => {
    const silo = mock.silo();
    const fault = { operation: FAIL, effect: { action: 'FORBIDDEN' }, times: 1 };
    assert.equal((await silo.admin('POST', '/faults', fault)).status, 201);
    for (let i = 0; i < 2; i++) await silo.api(FAIL, { reason: 'ACCESS_DENIED' });
    const all = await coverage(silo);
    assert.deepEqual(of(all, FAIL).results.find(({ action }) => action === 'FORBIDDEN'),
      { resultCode: 'A185001', action: 'FORBIDDEN', hits: 2, forced: 1 });
    assert.ok(!rows(all).some(({ resultCode }) => resultCode === 'A019101')); // a database that fails
  });

  it('a reply without a code is a call and no more', async () => {
    const silo = mock.silo();
    await silo.call('GET', '/api/lifecycle/healthcheck');
    const { calls, others } = of(await coverage(silo), 'lifecycle/healthcheck');
    assert.deepEqual([calls, others], [1, 0]);
  });

  it('is emptied by a reset, and by a drop', async () => {
    for (const forget of [(silo) => silo.admin('POST', '/reset'), (silo) => silo.drop()]) {
      const silo = mock.silo();
      await silo.api(FAIL, { reason: 'ACCESS_DENIED' });
      assert.ok((await coverage(silo)).hit > 0);
      assert.equal((await forget(silo)).status, 204);
      const all = await coverage(silo);
      assert.equal(all.hit, 0);
      assert.deepEqual(all.operations.map(({ calls, others }) => calls + others), all.operations.map(() => 0));
    }
  });

  it('belongs to one silo', async () => {
    const [mine, other] = [mock.silo(), mock.silo()];
    await mine.api(FAIL, { reason: 'ACCESS_DENIED' });
    assert.equal((await coverage(other)).hit, 0);
    assert.equal((await coverage(mine)).hit, 1);
  });

  it('loses no count to calls at the same time', async () => {
    const silo = mock.silo();
    await Promise.all(Array.from({ length: 200 }, () => silo.api(FAIL, { reason: 'ACCESS_DENIED' })));
    assert.equal(of(await coverage(silo), FAIL).calls, 200);
  });
});
