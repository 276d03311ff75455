import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../../lib/mock.mjs';
import { ORGANIZATION, OWNER, SEED, basic, create, get, send } from './services.mjs';

const mock = await startMock({ args: SEED });
after(() => mock.stop());

const ID = Number(SERVICE);

describe('mgmt-63 afterwards nothing finds it', () => {
  for (const [what, path, authorization] of [
    ['by the service\'s token', `${SERVICE}/service/delete`, `Bearer ${TOKEN}`],
    ['by the organization\'s token', `${SERVICE}/service/delete`, ORGANIZATION],
    ['2.x: by the owner', `service/delete/${SERVICE}`, OWNER],
  ]) {
    it(what, async () => {
      const silo = mock.silo();
      const reply = await send(silo, 'DELETE', path, undefined, authorization);
      assert.deepEqual([reply.status, reply.text], [204, '']);
      assertRefused(await send(silo, 'GET', `${SERVICE}/service/get`, undefined, `Bearer ${TOKEN}`), 401, 'A458101');
      assertRefused(await send(silo, 'GET', `${SERVICE}/service/get`), 403, 'A457101');
      assertRefused(await send(silo, 'DELETE', `${SERVICE}/service/delete`), 403, 'A457101');
      assertRefused(await send(silo, 'GET', `service/get/${SERVICE}`, undefined, OWNER), 404, 'A035201');
      assertRefused(await send(silo, 'POST', `service/update/${SERVICE}`, { serviceName: 'x' }, OWNER), 404, 'A037201');
      assertRefused(await send(silo, 'DELETE', `service/delete/${SERVICE}`, undefined, OWNER), 404, 'A034201', new RegExp(SERVICE));
      assertRefused(await send(silo, 'GET', 'client/get/list', undefined, basic(SERVICE, 'mock-service-secret')), 401, 'A003201');
      const { totalCount, services } = (await send(silo, 'GET', 'service/get/list')).json;
      assert.deepEqual([totalCount, services.map(({ apiKey }) => apiKey)], [1, [77]]);
    });
  }
});

/** What a service holds: clients, tickets, tokens. */
async function fill(silo, id) {
  const made = await send(silo, 'POST', `${id}/client/create`, { clientName: 'x', clientIdAlias: 'alias' });
  assert.equal(made.status, 201, made.text);
  for (const members of [{ ticket: 'a' }, { ticket: 'b', clientId: made.json.clientId }]) {
    assert.equal((await silo.admin('POST', `/services/${id}/tickets`, members)).status, 201);
  }
  return made.json;
}

test('its clients, tickets and tokens go with it, and another service keeps its own', async () => {
  const silo = mock.silo();
  const [own, others] = [await fill(silo, SERVICE), await fill(silo, '77')];
  const other = await get(silo, '77');
  assert.equal((await send(silo, 'DELETE', `${SERVICE}/service/delete`)).status, 204);

  assert.deepEqual(await get(silo, '77'), other);
  const theirs = (path) => send(silo, 'GET', `77/${path}`, undefined, 'Bearer token-of-77');
  assert.deepEqual((await theirs('client/get/alias')).json, others);
  assert.equal((await silo.admin('GET', '/services/77/tickets')).json.totalCount, 2);
  assert.equal((await theirs(`client/get/${own.clientId}`)).status, 404, 'nobody has it any more');

  // the same id again: nothing of the first one comes back
  const again = await silo.admin('POST', '/services', { serviceId: ID, accessTokens: ['another'] });
  assert.equal(again.status, 201, again.text);
  assert.equal((await silo.admin('GET', `/services/${SERVICE}/tickets`)).json.totalCount, 0);
  assert.equal((await send(silo, 'GET', `${SERVICE}/client/get/list`)).json.totalCount, 0);
  assert.equal((await get(silo)).metadata[0].value, '0');
  assert.equal((await send(silo, 'GET', `${SERVICE}/service/get`, undefined, 'Bearer another')).status, 200);
  assertRefused(await send(silo, 'GET', `${SERVICE}/service/get`, undefined, `Bearer ${TOKEN}`), 401, 'A458101');
});

test('of many at once one is answered by 204', async () => {
  const silo = mock.silo();
  const { apiKey } = await create(silo);
  const replies = await Promise.all(Array.from({ length: 32 }, () => send(silo, 'DELETE', `${apiKey}/service/delete`)));
  assert.equal(replies.filter(({ status }) => status === 204).length, 1);
  for (const reply of replies.filter(({ status }) => status !== 204)) assertRefused(reply, 403, 'A457101');
});

test('a token without the right', async () => {
  const silo = mock.silo();
  const made = await silo.admin('POST', '/services', { accessTokens: [{ token: 'modifies', rights: ['MODIFY_SERVICE'] }] });
  const id = made.json.serviceId;
  assertRefused(await send(silo, 'DELETE', `${id}/service/delete`, undefined, 'Bearer modifies'), 403, 'A457101', /DELETE_SERVICE/);
  assert.equal((await get(silo, id)).apiKey, id);
});

test('another method deletes nothing', async () => {
  const silo = mock.silo();
  for (const method of ['GET', 'POST']) {
    const reply = await send(silo, method, `${SERVICE}/service/delete`);
    assert.deepEqual([reply.status, reply.headers.allow], [405, 'DELETE']);
  }
  await get(silo);
});

test('its number never comes again', async () => {
  const silo = mock.silo();
  const numbers = [];
  for (let i = 0; i < 3; i++) {
    const { apiKey, number } = await create(silo);
    numbers.push(number);
    assert.equal((await send(silo, 'DELETE', `${apiKey}/service/delete`)).status, 204);
  }
  assert.deepEqual(numbers, [3, 4, 5], 'the seed has two');
  assert.equal((await silo.admin('POST', '/reset')).status, 204);
  assert.equal((await create(silo)).number, 3, 'a reset starts over');
});
