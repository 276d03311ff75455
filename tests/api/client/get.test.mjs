import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { SERVICE, startMock, WITHOUT_CLIENTS } from '../../lib/mock.mjs';
import { create, get, send, update } from './clients.mjs';

const mock = await startMock({ args: [...WITHOUT_CLIENTS, '--service', '77:token-of-77'] });
after(() => mock.stop());

const V2 = { service: null, authorization: `Basic ${Buffer.from(`${SERVICE}:mock-service-secret`).toString('base64')}` };

test('mgmt-28 a deleted client', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo, { clientIdAlias: 'gone' });
  assert.equal((await send(silo, 'DELETE', `client/delete/${clientId}`)).status, 204);
  assertRefused(await send(silo, 'GET', `client/get/${clientId}`), 404, 'A001212', new RegExp(String(clientId)));
  assertRefused(await send(silo, 'GET', 'client/get/gone'), 404, 'A001218');
});

test('mgmt-29 by alias, whatever is in it', async () => {
  const silo = mock.silo();
  for (const clientIdAlias of ['my-client', 'a b/c%?#ü😀', '007', `${'9'.repeat(40)}`, '.']) {
    const made = await create(silo, { clientIdAlias });
    assert.deepEqual(await get(silo, clientIdAlias), made);
  }
});

test('an id in another form is no id', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo);
  for (const other of [`-${clientId}`, `+${clientId}`, `${clientId}.0`, ` ${clientId}`]) {
    assertRefused(await send(silo, 'GET', `client/get/${encodeURIComponent(other)}`), 404, 'A001218');
  }
  assertRefused(await send(silo, 'GET', `client/get/${2n ** 64n + BigInt(clientId)}`), 404, 'A001212');
});

describe('a client of another service', () => {
  for (const [method, operation, v2code, body] of [
    ['GET', 'client/get', 'A027202'], ['POST', 'client/update', 'A029202', { clientName: 'y' }],
    ['DELETE', 'client/delete', 'A026202'], ['POST', 'client/lock_flag/update', 'A001213', { clientLocked: true }],
    ['GET', 'client/extension/requestable_scopes/get', 'A001213'],
  ]) {
    it(operation, async () => {
      const silo = mock.silo();
      const made = await create(silo, { clientIdAlias: 'theirs' }, { service: '77', token: 'token-of-77' });
      assertRefused(await send(silo, method, `${operation}/${made.clientId}`, body), 403, 'A001213');
      assertRefused(await send(silo, method, `${operation}/${made.clientId}`, body, V2), 403, v2code);
      assertRefused(await send(silo, method, `${operation}/theirs`, body), 404, 'A001218');
      assert.deepEqual(await get(silo, 'theirs', { service: '77', token: 'token-of-77' }), made);
    });
  }
});

describe('2.x', () => {
  for (const [method, operation, code, body] of [
    ['GET', 'client/get', 'A027201'], ['POST', 'client/update', 'A029201', { clientName: 'y' }], ['DELETE', 'client/delete', 'A026201'],
  ]) {
    it(`${operation} of an unknown id`, async () => {
      assertRefused(await send(mock.silo(), method, `${operation}/5`, body, V2), 404, code);
      assertRefused(await send(mock.silo(), method, `${operation}/5`, body), 404, 'A001212');
      assertRefused(await send(mock.silo(), method, `${operation}/five`, body, V2), 404, 'A001218');
    });
  }

  it('an alias counts only with clientIdAliasEnabled', async () => {
    const silo = mock.silo();
    const made = await create(silo, { clientIdAlias: 'alias' }, V2);
    assertRefused(await send(silo, 'GET', 'client/get/alias', undefined, V2), 400, 'A001222', /clientIdAliasEnabled/);
    assert.equal((await get(silo, 'alias')).clientId, made.clientId, 'in 3.0 it always does');
    assert.equal((await update(silo, made.clientId, { clientIdAlias: 'alias', clientIdAliasEnabled: true }, V2)).status, 200);
    assert.equal((await get(silo, 'alias', V2)).clientIdAliasEnabled, true);
  });

  it('the list', async () => {
    const silo = mock.silo();
    const made = await create(silo, { clientName: 'x' }, V2);
    assert.deepEqual((await send(silo, 'GET', 'client/get/list', undefined, V2)).json,
      { start: 0, end: 5, totalCount: 1, clients: [made] });
  });
});

describe('the list', async () => {
  const silo = mock.silo();
  const names = (reply) => reply.json.clients?.map(({ clientName }) => clientName);
  const list = (query = '') => send(silo, 'GET', `client/get/list${query}`);
  for (let i = 0; i < 7; i++) await create(silo, { clientName: `c${i}`, ...(i % 2 ? { developer: 'dev & co' } : {}) });

  it('mgmt-30 by default the first five', async () => {
    const { status, json: { clients, ...rest } } = await list();
    assert.equal(status, 200);
    assert.deepEqual(rest, { start: 0, end: 5, totalCount: 7 });
    assert.deepEqual(clients.map(({ clientName }) => clientName), ['c0', 'c1', 'c2', 'c3', 'c4']);
    assert.deepEqual(clients[3], await get(silo, clients[3].clientId));
  });
  for (const [query, wanted] of [
    ['?end=100', ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6']], ['?start=2&end=4', ['c2', 'c3']], ['?start=3', ['c3', 'c4']],
    ['?start=5&end=50', ['c5', 'c6']], ['?start=6&end=7', ['c6']], ['?start=7&end=9', []], ['?limited=true&end=1', ['c0']],
    ['?start=0&end=9007199254740991', ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6']],
    ['?developer=dev+%26%20co', ['c1', 'c3', 'c5']], ['?developer=dev%20%26%20co&start=1&end=2', ['c3']],
  ]) {
    it(query, async () => {
      const reply = await list(query);
      assert.deepEqual(names(reply), wanted, reply.text);
      assert.equal(reply.json.totalCount, query.includes('developer') ? 3 : 7);
    });
  }
  for (const query of ['?start=5&end=5', '?start=5', '?start=3&end=1', '?start=0&end=0']) {
    it(`mgmt-31 ${query}: no clients, but their number`, async () => {
      const reply = await list(query);
      assert.equal(reply.status, 200);
      assert.equal('clients' in reply.json, false);
      assert.equal(reply.json.totalCount, 7);
    });
  }
  for (const [name, query, code] of [
    ['mgmt-32', 'start=-1', 'A028202'], ['mgmt-33', 'end=abc', 'A028203'], ['mgmt-32', 'start=x', 'A028201'],
    ['mgmt-33', 'end=-5', 'A028204'], ['mgmt-33', 'end=1.5', 'A028203'],
  ]) it(`${name} ${query}`, async () => assertRefused(await list(`?${query}`), 400, code));

  it('mgmt-34 of a developer nobody is', async () => {
    assert.deepEqual((await list('?developer=nobody')).json, { start: 0, end: 5, developer: 'nobody', totalCount: 0, clients: [] });
  });
  it('of a service without clients', async () => {
    assert.deepEqual((await send(mock.silo(), 'GET', 'client/get/list')).json, { start: 0, end: 5, totalCount: 0, clients: [] });
  });
});
