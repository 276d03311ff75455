import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FAIL, M_CODE, REASONS, assertRefused } from '../lib/check.mjs';
import { startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

test('lists every operation of the API that the document has, and no control call', async () => {
  const { status, json } = await mock.admin('GET', '/operations');
  assert.equal(status, 200);
  const listed = json.operations.flatMap(({ routes }) => routes.map(({ method, path }) => `${method} ${path}`)).sort();
  const document = (await mock.admin('GET', '/openapi.json')).json;
  const served = Object.entries(document.paths)
    .filter(([path]) => !path.startsWith('/__admin'))
    .flatMap(([path, methods]) => Object.keys(methods).filter((name) => /^(get|post|put|delete)$/.test(name))
      .map((method) => `${method.toUpperCase()} ${path}`)).sort();
  assert.deepEqual(listed, served);
});

test('tells of each what it is, whether it is built, and what it can answer', async () => {
  const { json } = await mock.admin('GET', '/operations');
  const { title, ...fail } = json.operations.find(({ operation }) => operation === FAIL);
  assert.match(title, /backchannel/);
  assert.deepEqual({ ...fail, results: undefined }, {
    operation: FAIL, built: true, confidence: 'live', right: 'USE_SERVICE', results: undefined,
    routes: [
      { method: 'POST', path: `/api/{serviceId}/${FAIL}`, v2: false },
      { method: 'POST', path: `/api/${FAIL}`, v2: true },
    ],
  });
  const [{ when, ...result }] = fail.results;
  assert.ok(when.length > 10);
  assert.deepEqual(result, {
    resultCode: 'A185001', confidence: 'live', tested: true, actions: [...new Set(Object.values(REASONS).map(({ action }) => action))].sort(),
  });
});

test('belongs to the whole server and makes no silo', async () => {
  const silo = mock.silo('untouched');
  assert.equal((await silo.admin('GET', '/operations')).status, 200);
  const { json } = await mock.admin('GET', '/silos');
  assert.deepEqual(json.silos.map(({ name }) => name), ['default']);
  assertRefused(await mock.admin('POST', '/operations', {}), 405, M_CODE);
});
