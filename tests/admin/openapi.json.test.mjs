import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { M_CODE, assertRefused } from '../lib/check.mjs';
import { run, startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

const reply = await mock.admin('GET', '/openapi.json');
const document = reply.json;
const METHODS = ['get', 'put', 'post', 'delete'];
const operations = Object.entries(document?.paths ?? {}).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })));
const at = (pointer) => pointer.split('/').slice(1)
  .reduce((node, key) => node?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], document);
const resolve = (node) => (node?.$ref ? resolve(at(node.$ref.slice(1))) : node);

test('is an OpenAPI 3 document', () => {
  assert.equal(reply.status, 200);
  assert.match(reply.headers['content-type'], /^application\/json\b/);
  assert.match(document.openapi, /^3\.[01]\.\d+$/);
  assert.equal(typeof document.info.title, 'string');
  assert.equal(typeof document.info.version, 'string');
});

test('a public validator finds it a valid OpenAPI 3.1 document', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, '3.1');
  const { valid: stillValid } = await new Validator().validate({ ...document, info: {} });
  assert.equal(stillValid, false, 'the validator lets anything by');
});

test('holds what is served', () => {
  const served = new Set(operations.map(({ method, path }) => `${method} ${path}`));
  for (const wanted of [
    'post /api/{serviceId}/backchannel/authentication/fail',
    'get /api/lifecycle/healthcheck', 'get /api/info', 'get /api/misc/echo',
  ]) assert.ok(served.has(wanted), wanted);
});

test('the fail operation is described as published', () => {
  const operation = document.paths['/api/{serviceId}/backchannel/authentication/fail'].post;
  assert.deepEqual(Object.keys(operation.requestBody.content).sort(),
    ['application/json', 'application/x-www-form-urlencoded']);
  const request = resolve(operation.requestBody.content['application/json'].schema);
  assert.deepEqual(request.required.slice().sort(), ['reason', 'ticket']);
  assert.deepEqual(Object.keys(request.properties).sort(), ['errorDescription', 'errorUri', 'reason', 'ticket']);
  assert.equal(request.properties.reason.enum.length, 9);
  const answer = resolve(resolve(operation.responses['200']).content['application/json'].schema);
  assert.deepEqual(Object.keys(answer.properties).sort(), ['action', 'responseContent', 'resultCode', 'resultMessage']);
});

test('every reference leads somewhere', () => {
  const walk = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (typeof node.$ref === 'string') {
      assert.match(node.$ref, /^#\//);
      assert.notEqual(at(node.$ref.slice(1)), undefined, node.$ref);
    }
    Object.values(node).forEach(walk);
  };
  walk(document);
});

test('every operation has responses, its path parameters, and a name of its own', () => {
  assert.ok(operations.length >= 4);
  for (const { path, method, parameters = [], responses } of operations) {
    const declared = [...parameters, ...(document.paths[path].parameters ?? [])].map(resolve)
      .filter((parameter) => parameter.in === 'path').map(({ name }) => name).sort();
    const used = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name).sort();
    assert.deepEqual(declared, used, `${method} ${path}`);
    assert.ok(Object.keys(responses).length > 0, `${method} ${path}`);
  }
  const names = operations.map(({ operationId }) => operationId).filter(Boolean);
  assert.equal(new Set(names).size, names.length);
});

test('the command prints the same document', async () => {
  const { code, stdout, stderr } = await run(['openapi']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(JSON.parse(stdout), document);
});

test('other methods are refused', async () => {
  assertRefused(await mock.admin('POST', '/openapi.json', {}), 405, M_CODE);
});
