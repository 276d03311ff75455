// a service comes into being, is shown and listed.
import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { M_CODE, assertRefused } from '../../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../../lib/mock.mjs';
import { Members, ORGANIZATION, OWNER, SEED, basic, create, get, send } from './services.mjs';

const mock = await startMock({ args: SEED });
after(() => mock.stop());

const members = await Members.of(mock);

test('mgmt-60 a service of nothing but a name', async () => {
  const silo = mock.silo();
  const before = Date.now();
  const { apiKey, apiSecret, createdAt, modifiedAt, ...rest } = await create(silo, { serviceName: 'a' });
  assert.ok(Number.isSafeInteger(apiKey) && apiKey > 0, String(apiKey));
  assert.match(apiSecret, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(createdAt, modifiedAt);
  assert.equal(createdAt % 1000, 0, 'whole seconds');
  assert.ok(Math.abs(createdAt - before) < 60_000);
  assert.deepEqual(rest, { ...members.defaults, serviceName: 'a', number: 3, serviceOwnerNumber: 1,
    metadata: [{ key: 'clientCount', value: '0' }] });
  assert.deepEqual([rest.supportedClaimTypes, rest.supportedDisplays], [['NORMAL'], ['PAGE']]);
  assert.equal(Object.values(rest).includes(null), false);
});

test('a new service can be used at once, by the organization and on 2.x by its secret', async () => {
  const silo = mock.silo();
  const { apiKey, apiSecret } = await create(silo);
  const body = { clientName: 'x' };
  assert.equal((await send(silo, 'POST', `${apiKey}/client/create`, body)).status, 201);
  assert.equal((await send(silo, 'POST', 'client/create', body, basic(apiKey, apiSecret))).status, 201);
  assertRefused(await send(silo, 'POST', `${apiKey}/client/create`, body, `Bearer ${TOKEN}`), 403, 'A457101');
  assert.deepEqual((await get(silo, apiKey)).metadata, [{ key: 'clientCount', value: '2' }]);
});

test('two services with the same members are two', async () => {
  const silo = mock.silo();
  const [one, two] = [await create(silo), await create(silo)];
  assert.notEqual(one.apiKey, two.apiKey);
  assert.notEqual(one.apiSecret, two.apiSecret);
  assert.equal(two.number, one.number + 1);
});

test('with the owner\'s credentials', async () => {
  const silo = mock.silo();
  const reply = await send(silo, 'POST', 'service/create', { serviceName: 'x' }, OWNER);
  assert.equal(reply.status, 201, reply.text);
  assert.deepEqual(await get(silo, reply.json.apiKey), reply.json);
});

test('mgmt-61 a service\'s token makes no services', async () => {
  const silo = mock.silo();
  assertRefused(await send(silo, 'POST', 'service/create', { serviceName: 'x' }, `Bearer ${TOKEN}`), 403, 'A457101', /CREATE_SERVICE/);
  assert.equal((await send(silo, 'GET', 'service/get/list')).json.totalCount, 2);
});

describe('get', () => {
  for (const [what, path, authorization] of [
    ['the service\'s token', `${SERVICE}/service/get`, `Bearer ${TOKEN}`],
    ['a slash at the end', `${SERVICE}/service/get/`, ORGANIZATION],
    ['2.x: the owner', `service/get/${SERVICE}`, OWNER],
    ['2.x: the organization\'s token', `service/get/${SERVICE}`, ORGANIZATION],
  ]) {
    it(what, async () => {
      const silo = mock.silo();
      const reply = await send(silo, 'GET', path, undefined, authorization);
      assert.equal(reply.status, 200, reply.text);
      assert.deepEqual(reply.json, await get(silo));
      assert.equal(reply.json.apiKey, Number(SERVICE));
      assert.equal(reply.json.apiSecret, 'mock-service-secret');
    });
  }
  for (const [what, path, authorization, status, code, says] of [
    ['2.x: a service that is not there', 'service/get/5', OWNER, 404, 'A035201', /\b5\b/],
    ['2.x: a key that is no number', 'service/get/five', OWNER, 404, M_CODE],
    ['2.x: the credentials of the service itself', `service/get/${SERVICE}`, basic(SERVICE, 'mock-service-secret'), 401, 'A002201'],
    ['2.x: a wrong secret of the owner', `service/get/${SERVICE}`, basic('mock-owner-key', 'x'), 401, 'A002205'],
    ['2.x: the token of another service', `service/get/${SERVICE}`, 'Bearer token-of-77', 403, 'A457101'],
    ['3.0: a service that is not there', '5/service/get', ORGANIZATION, 403, 'A457101'],
  ]) it(what, async () => assertRefused(await send(mock.silo(), 'GET', path, undefined, authorization), status, code, says));
});

test('mgmt-64 clients are counted', async () => {
  const silo = mock.silo();
  const count = async () => (await get(silo)).metadata;
  assert.deepEqual(await count(), [{ key: 'clientCount', value: '0' }]);
  const { clientId } = (await send(silo, 'POST', `${SERVICE}/client/create`, { clientName: 'x' })).json;
  assert.deepEqual(await count(), [{ key: 'clientCount', value: '1' }]);
  assert.equal((await get(silo, '77')).metadata[0].value, '0', 'each for itself');
  assert.equal((await send(silo, 'DELETE', `${SERVICE}/client/delete/${clientId}`)).status, 204);
  assert.deepEqual(await count(), [{ key: 'clientCount', value: '0' }]);
});

describe('the list', async () => {
  const silo = mock.silo();
  const list = (query = '', authorization = ORGANIZATION) => send(silo, 'GET', `service/get/list${query}`, undefined, authorization);
  const numbers = (reply) => reply.json.services?.map(({ number }) => number);
  for (let i = 0; i < 5; i++) await create(silo, { serviceName: `s${i}` }); // and two of the seed

  it('by default the first five, oldest first', async () => {
    const { status, json: { services, ...rest } } = await list();
    assert.equal(status, 200);
    assert.deepEqual(rest, { start: 0, end: 5, totalCount: 7 });
    assert.deepEqual(services.map(({ serviceName }) => serviceName), [undefined, undefined, 's0', 's1', 's2']);
    for (const service of services) assert.deepEqual(service, await get(silo, service.apiKey));
  });
  for (const [query, wanted] of [
    ['?start=0&end=100', [1, 2, 3, 4, 5, 6, 7]], ['?start=2&end=4', [3, 4]], ['?start=4', [5]], ['?start=6&end=7', [7]],
    ['?start=5&end=50', [6, 7]], ['?start=7&end=9', []], ['?limited=true&end=1', [1]], ['?end=9007199254740991', [1, 2, 3, 4, 5, 6, 7]],
    ['?start=5&end=5'], ['?start=5'], ['?start=3&end=1'], ['?start=0&end=0'],
  ]) {
    it(`mgmt-62 ${query}`, async () => {
      const reply = await list(query);
      assert.equal(reply.status, 200, reply.text);
      assert.deepEqual(numbers(reply), wanted);
      assert.equal(reply.json.totalCount, 7);
      assert.equal('services' in reply.json, wanted !== undefined);
    });
  }
  for (const [query, code] of [
    ['start=x', 'A036201'], ['start=1.5', 'A036201'], ['start=-1', 'A036202'], ['end=abc', 'A036203'], ['end=-5', 'A036204'],
  ]) it(`mgmt-62 ${query}`, async () => assertRefused(await list(`?${query}`), 400, code));

  it('with the owner\'s credentials', async () => {
    assert.deepEqual((await list('?end=9', OWNER)).json, (await list('?end=9')).json);
  });
  it('not with a service\'s token', async () => assertRefused(await list('', `Bearer ${TOKEN}`), 403, 'A457101', /VIEW_SERVICE/));
  it('of a silo without services', async () => {
    const empty = mock.silo();
    await send(empty, 'DELETE', '77/service/delete');
    await send(empty, 'DELETE', `${SERVICE}/service/delete`);
    assert.deepEqual((await send(empty, 'GET', 'service/get/list')).json, { start: 0, end: 5, totalCount: 0, services: [] });
  });
});
