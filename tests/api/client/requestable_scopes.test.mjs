import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { startMock, WITHOUT_CLIENTS } from '../../lib/mock.mjs';
import { create, get, send, setService, update } from './clients.mjs';

const mock = await startMock({ args: WITHOUT_CLIENTS });
after(() => mock.stop());

const at = (verb, id) => `client/extension/requestable_scopes/${verb}/${id}`;
const set = (silo, id, requestableScopes, method = 'PUT') => send(silo, method, at('update', id), { requestableScopes });
const requestable = async (silo, id) => (await send(silo, 'GET', at('get', id))).json;
const SCOPES = { supportedScopes: ['read', 'write'].map((name) => ({ name })) };

test('mgmt-94 unset: an empty list, which all SDKs can read', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo);
  assert.deepEqual(await requestable(silo, clientId), { requestableScopes: [] });
});

test('mgmt-95 set, and an empty list clears', async () => {
  const silo = mock.silo();
  await setService(silo, SCOPES);
  const { clientId } = await create(silo, { extension: { accessTokenDuration: 9 } });
  for (const method of ['PUT', 'POST']) {
    const reply = await set(silo, clientId, ['write', 'unknown', 'read'], method);
    assert.deepEqual([reply.status, reply.json], [200, { requestableScopes: ['write', 'read'] }]);
    assert.deepEqual(await requestable(silo, clientId), { requestableScopes: ['write', 'read'] });
    const { extension } = await get(silo, clientId);
    assert.deepEqual([extension.requestableScopesEnabled, extension.accessTokenDuration], [true, 9]);
    const cleared = await set(silo, clientId, method === 'PUT' ? [] : undefined, method);
    assert.deepEqual([cleared.status, cleared.json], [200, { requestableScopes: [] }]);
    assert.deepEqual(await requestable(silo, clientId), { requestableScopes: [] });
    assert.equal((await get(silo, clientId)).extension.accessTokenDuration, 9);
  }
});

test('through client/update', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo);
  const scoped = { requestableScopes: ['a'], requestableScopesEnabled: true };
  await update(silo, clientId, { extension: scoped });
  assert.deepEqual(await requestable(silo, clientId), { requestableScopes: ['a'] });
  await update(silo, clientId, { extension: { ...scoped, requestableScopesEnabled: false } });
  assert.deepEqual(await requestable(silo, clientId), { requestableScopes: [] });
});

test('mgmt-96 delete, whether there is a restriction or not', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo, { extension: { requestableScopes: ['a'], requestableScopesEnabled: true, idTokenDuration: 3 } });
  for (let i = 0; i < 2; i++) {
    const reply = await send(silo, 'DELETE', at('delete', clientId));
    assert.deepEqual([reply.status, reply.text], [204, '']);
    assert.deepEqual(await requestable(silo, clientId), { requestableScopes: [] });
  }
  const { extension } = await get(silo, clientId);
  assert.deepEqual([extension.requestableScopesEnabled, extension.idTokenDuration, extension.requestableScopes], [false, 3, undefined]);
});

test('refused', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo);
  for (const method of ['PUT', 'POST']) {
    assertRefused(await set(silo, clientId, 'read', method), 400, 'A128202');
    assertRefused(await set(silo, clientId, ['read', 5], method), 400, 'A128203');
  }
});
