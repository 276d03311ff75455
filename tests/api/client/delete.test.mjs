import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { M_CODE, assertRefused, hasTicket, newTicket } from '../../lib/check.mjs';
import { startMock, WITHOUT_CLIENTS } from '../../lib/mock.mjs';
import { create, get, send } from './clients.mjs';

const mock = await startMock({ args: WITHOUT_CLIENTS });
after(() => mock.stop());

test('mgmt-39 a client is gone, with what hangs on it', async () => {
  const silo = mock.silo();
  const [one, two] = [await create(silo), await create(silo)];
  const [its, other] = [await newTicket(silo, { clientId: one.clientId }), await newTicket(silo, { clientId: two.clientId })];
  const reply = await send(silo, 'DELETE', `client/delete/${one.clientId}`);
  assert.equal(reply.status, 204);
  assert.equal(reply.text, '');
  assert.equal(reply.headers['content-type'], undefined);
  assert.deepEqual((await send(silo, 'GET', 'client/get/list')).json.clients, [two]);
  assert.deepEqual([await hasTicket(silo, its), await hasTicket(silo, other)], [false, true]);
});

test('mgmt-40 twice', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo);
  assert.equal((await send(silo, 'DELETE', `client/delete/${clientId}`)).status, 204);
  assertRefused(await send(silo, 'DELETE', `client/delete/${clientId}`), 404, 'A001212');
});

test('by alias; the alias is free again', async () => {
  const silo = mock.silo();
  await create(silo, { clientIdAlias: 'alias' });
  assert.equal((await send(silo, 'DELETE', 'client/delete/alias')).status, 204);
  await create(silo, { clientIdAlias: 'alias' });
});

test('a locked client', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo);
  await send(silo, 'POST', `client/lock_flag/update/${clientId}`, { clientLocked: true });
  assert.equal((await send(silo, 'DELETE', `client/delete/${clientId}`)).status, 204);
});

test('by POST: refused, and the client is still there', async () => {
  const silo = mock.silo();
  const made = await create(silo);
  assertRefused(await send(silo, 'POST', `client/delete/${made.clientId}`, {}), 405, M_CODE);
  assert.deepEqual(await get(silo, made.clientId), made);
});
