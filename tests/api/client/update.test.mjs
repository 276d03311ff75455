import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { SERVICE, TOKEN, startMock, WITHOUT_CLIENTS } from '../../lib/mock.mjs';
import { create, get, send, update } from './clients.mjs';

const mock = await startMock({ args: WITHOUT_CLIENTS });
after(() => mock.stop());

test('mgmt-35 a thin update resets what it does not name', async () => {
  const silo = mock.silo();
  const made = await create(silo, {
    clientName: 'before', clientType: 'CONFIDENTIAL', clientIdAlias: 'alias', developer: 'dev', grantTypes: ['CIBA'], responseTypes: ['CODE'],
    redirectUris: ['https://a.example/cb'], contacts: ['x'], description: 'd', applicationType: 'WEB', tosUri: 'https://a.example/tos',
    pkceRequired: true, parRequired: true, defaultMaxAge: 9, idTokenSignAlg: 'ES256', tokenAuthMethod: 'CLIENT_SECRET_POST',
    extension: { accessTokenDuration: 5 },
  });
  const reply = await update(silo, made.clientId, { clientId: made.clientId, clientName: 'after' });
  assert.equal(reply.status, 200, reply.text);
  const fresh = await create(mock.silo(), { clientName: 'after' });
  const kept = ['clientId', 'clientIdAlias', 'clientSecret', 'number', 'serviceNumber', 'createdAt', 'modifiedAt', 'extension'];
  const rest = (client) => Object.fromEntries(Object.entries(client).filter(([name]) => !kept.includes(name)));
  assert.deepEqual(rest(reply.json), rest(fresh));
  assert.equal(reply.json.tokenAuthMethod, 'NONE');
  assert.equal(reply.json.clientIdAlias, String(made.clientId));
  for (const name of ['clientId', 'clientSecret', 'number', 'serviceNumber', 'createdAt']) assert.equal(reply.json[name], made[name]);
  assert.deepEqual(reply.json.extension, made.extension, 'it stays when absent');
  assertRefused(await send(silo, 'GET', 'client/get/alias'), 404, 'A001218');
  assert.equal((await send(silo, 'GET', 'client/get/list?developer=dev')).json.totalCount, 0);
});

test('by alias, with another clientId in the body', async () => {
  const silo = mock.silo();
  const [one, two] = [await create(silo, { clientIdAlias: 'one' }), await create(silo)];
  const reply = await update(silo, 'one', { clientId: two.clientId, clientName: 'x' });
  assert.equal(reply.json.clientId, one.clientId);
  assert.deepEqual(await get(silo, two.clientId), two);
});

test('a confidential client on a thin update', async () => {
  const silo = mock.silo();
  const made = await create(silo, { clientType: 'CONFIDENTIAL' });
  const reply = await update(silo, made.clientId, { clientType: 'CONFIDENTIAL' });
  assert.equal(reply.json.tokenAuthMethod, 'NONE');
});

test('mgmt-37 another clientSecret in the body', async () => {
  const silo = mock.silo();
  const made = await create(silo);
  const reply = await update(silo, made.clientId, { ...made, clientSecret: 'another' });
  assert.equal(reply.json.clientSecret, made.clientSecret);
  assert.equal((await get(silo, made.clientId)).clientSecret, made.clientSecret);
});

test('mgmt-38 an unknown client', async () => {
  assertRefused(await update(mock.silo(), 5, { clientName: 'x' }), 404, 'A001212');
});

test('a locked client can still be updated, and stays locked', async () => {
  const silo = mock.silo();
  const made = await create(silo);
  await send(silo, 'POST', `client/lock_flag/update/${made.clientId}`, { clientLocked: true });
  const reply = await update(silo, made.clientId, { clientName: 'x', locked: false });
  assert.equal(reply.status, 200);
  assert.equal(reply.json.locked, true);
});

test('a form', async () => {
  const silo = mock.silo();
  const made = await create(silo);
  const reply = await silo.call('POST', `/api/${SERVICE}/client/update/${made.clientId}`, {
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'clientName=a+b&pkceRequired=true&grantTypes=CIBA%20REFRESH_TOKEN&defaultMaxAge=7',
  });
  assert.equal(reply.status, 200, reply.text);
  const { clientName, pkceRequired, grantTypes, defaultMaxAge } = await get(silo, made.clientId);
  assert.deepEqual({ clientName, pkceRequired, grantTypes, defaultMaxAge },
    { clientName: 'a b', pkceRequired: true, grantTypes: ['CIBA', 'REFRESH_TOKEN'], defaultMaxAge: 7 });
});
