// every member of a client comes back as it was sent.
import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { Authlete } from '@authlete/typescript-sdk';
import { ClientInput$outboundSchema } from '@authlete/typescript-sdk/models/client.js';
import { SERVICE, TOKEN, startMock, WITHOUT_CLIENTS } from '../../lib/mock.mjs';
import { create, everything, get, own, readOnly, send, settable, update } from './clients.mjs';

const mock = await startMock({ args: WITHOUT_CLIENTS });
after(() => mock.stop());

// the service supports no custom metadata: what it keeps of it is tested elsewhere
const { customMetadata: _, ...all } = everything();
const { customMetadata: __, ...other } = everything(1);

test('the contract has every member the SDK knows', () => {
  const known = Object.keys(ClientInput$outboundSchema.shape).sort();
  assert.ok(known.length > 80, String(known.length));
  assert.deepEqual(known.filter((name) => !settable.includes(name) && !readOnly.includes(name)), []);
});

test('through the SDK: create, get, list, update, delete', async () => {
  const silo = mock.silo();
  const authlete = new Authlete({ serverURL: silo.url, bearer: TOKEN });
  const serviceId = SERVICE;
  const known = (client) => Object.fromEntries(Object.entries(client)
    .filter(([name]) => name in ClientInput$outboundSchema.shape));

  const made = await authlete.client.create({ serviceId, client: known(all) });
  assert.deepEqual(own(made), known(all));
  const clientId = String(made.clientId);
  const read = await authlete.client.get({ serviceId, clientId });
  assert.deepEqual(read, made);
  const list = await authlete.client.list({ serviceId });
  assert.equal(list.totalCount, 1);
  assert.deepEqual(list.clients, [made]);

  const changed = await authlete.client.update({ serviceId, clientId, client: known(other) });
  assert.deepEqual(own(changed), known(other));
  assert.deepEqual(await authlete.client.get({ serviceId, clientId }), changed);

  await authlete.client.delete({ serviceId, clientId });
  await assert.rejects(authlete.client.get({ serviceId, clientId }), { statusCode: 404 });
});

test('by plain HTTP: create, get, list, update', async () => {
  const silo = mock.silo();
  const made = await create(silo, all);
  assert.deepEqual(own(made), all);
  assert.deepEqual(await get(silo, made.clientId), made);
  assert.deepEqual((await send(silo, 'GET', 'client/get/list')).json.clients, [made]);
  const changed = await update(silo, made.clientId, other);
  assert.equal(changed.status, 200, changed.text);
  assert.deepEqual(own(changed.json), other);
  assert.deepEqual(await get(silo, made.clientId), changed.json);
});

test('mgmt-36 what is read and sent back changes nothing but modifiedAt', async () => {
  const silo = mock.silo();
  const made = await create(silo, all);
  await silo.advance(5);
  const again = await update(silo, made.clientId, made);
  assert.equal(again.status, 200, again.text);
  const { modifiedAt, ...rest } = again.json;
  assert.deepEqual({ ...rest, modifiedAt: made.modifiedAt }, made);
  assert.ok(modifiedAt >= made.modifiedAt + 5000);
});

describe('each member alone', () => {
  const needs = {
    idTokenEncryptionEnc: ['idTokenEncryptionAlg'], userInfoEncryptionEnc: ['userInfoEncryptionAlg'],
    requestEncryptionEnc: ['requestEncryptionAlg'], authorizationEncryptionEnc: ['authorizationEncryptionAlg'],
    bcDeliveryMode: ['bcNotificationEndpoint'],
  };
  const silo = mock.silo();
  for (const name of Object.keys(all)) {
    it(name, async () => {
      const members = Object.fromEntries([name, ...needs[name] ?? []].map((one) => [one, all[one]]));
      // it must be unique, and others ask for it
      if (name === 'clientIdAlias') members.clientIdAlias = 'alone';
      const made = await create(silo, members);
      for (const [one, sent] of Object.entries(members)) assert.deepEqual(made[one], sent);
      const emptied = await update(silo, made.clientId, { clientId: 0 });
      assert.equal(emptied.status, 200, emptied.text);
      const back = emptied.json[name];
      if (name === 'extension') assert.deepEqual(back, all.extension, 'stays');
      else if (name === 'clientIdAliasEnabled') assert.equal(back, true);
      else if (name === 'clientIdAlias') assert.equal(back, String(made.clientId));
      else if (typeof all[name] === 'boolean') assert.equal(back, false);
      else if (typeof all[name] === 'number') assert.equal(back, 0);
      else assert.equal(back, { clientType: 'PUBLIC', tokenAuthMethod: 'NONE', idTokenSignAlg: 'RS256', subjectType: 'PUBLIC' }[name]);
    });
  }
});

test('what only the server decides is ignored', async () => {
  const silo = mock.silo();
  const made = await create(silo);
  const sent = Object.fromEntries(Object.entries(made).map(([name, value]) => [name,
    !readOnly.includes(name) ? value : { number: value + 1, boolean: !value, string: `${value}x` }[typeof value]]));
  const again = await update(silo, made.clientId,
    { ...sent, derivedSectorIdentifier: 'x.example', registrationAccessTokenHash: 'x' });
  assert.equal(again.status, 200, again.text);
  assert.deepEqual({ ...again.json, modifiedAt: made.modifiedAt }, made);
});
