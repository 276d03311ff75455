// every member of a service comes back as it was sent.
import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { Authlete } from '@authlete/typescript-sdk';
import { ServiceInput$outboundSchema } from '@authlete/typescript-sdk/models/service.js';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN, startMock } from '../../lib/mock.mjs';
import { Members, ORGANIZATION, SEED, create, get, send, update } from './services.mjs';

const mock = await startMock({ args: SEED });
after(() => mock.stop());

const members = await Members.of(mock);
const all = members.values(0);
const other = members.values(1);

test('the contract has every member the SDK knows', () => {
  const known = Object.keys(ServiceInput$outboundSchema.shape).sort();
  assert.ok(known.length > 120, String(known.length));
  assert.deepEqual(known.filter((name) => !members.names.includes(name)), []);
});

test('mgmt-60 through the SDK: create, get, list, update, delete', async () => {
  const silo = mock.silo();
  const authlete = new Authlete({ serverURL: silo.url, bearer: ORGANIZATION_TOKEN });
  const known = (service) => Object.fromEntries(Object.entries(service)
    .filter(([name]) => name in ServiceInput$outboundSchema.shape));

  const made = await authlete.service.create(known(all));
  assert.deepEqual(known(members.own(made)), known(all));
  const serviceId = String(made.apiKey);
  assert.deepEqual(await authlete.service.get({ serviceId }), made);
  const list = await authlete.service.list({ start: 2, end: 9 });
  assert.equal(list.totalCount, 3);
  assert.deepEqual(list.services, [made]);

  const changed = await authlete.service.update({ serviceId, service: known(other) });
  assert.deepEqual(known(members.own(changed)), known(other));
  assert.deepEqual(await authlete.service.get({ serviceId }), changed);

  await authlete.service.delete({ serviceId });
  await assert.rejects(authlete.service.get({ serviceId }), { statusCode: 403 });
  assert.equal((await authlete.service.list()).totalCount, 2);
});

test('mgmt-51 the SDK updates with the token of the service', async () => {
  const authlete = new Authlete({ serverURL: mock.silo().url, bearer: TOKEN });
  const service = await authlete.service.update({ serviceId: SERVICE, service: { accessTokenDuration: 600 } });
  assert.equal(service.accessTokenDuration, 600);
});

test('by plain HTTP: create, get, list, update', async () => {
  const silo = mock.silo();
  const made = await create(silo, all);
  assert.deepEqual(members.own(made), all);
  assert.deepEqual(await get(silo, made.apiKey), made);
  assert.deepEqual((await send(silo, 'GET', 'service/get/list?start=2')).json.services, [made]);
  const changed = await update(silo, other, made.apiKey);
  assert.deepEqual(members.own(changed), other);
  assert.deepEqual(await get(silo, made.apiKey), changed);
});

test('what is read and sent back changes nothing but modifiedAt', async () => {
  const silo = mock.silo();
  const before = await update(silo, all);
  await silo.advance(5);
  const { modifiedAt, ...rest } = await update(silo, before);
  assert.deepEqual({ ...rest, modifiedAt: before.modifiedAt }, before);
  assert.ok(modifiedAt >= before.modifiedAt + 5000);
  assert.equal(modifiedAt % 1000, 0);
});

describe('each member alone: set, read, and back at its default', () => {
  const silo = mock.silo();
  for (const name of members.settable) {
    it(name, async () => {
      const { apiKey } = await create(silo, { [name]: all[name] });
      const { [name]: kept, ...rest } = members.own(await get(silo, apiKey));
      assert.deepEqual(kept, all[name]);
      const { [name]: _, ...defaults } = members.defaults;
      assert.deepEqual(rest, defaults, 'nothing else');
      const emptied = await update(silo, { unknown: 1 }, apiKey);
      assert.deepEqual(members.own(emptied), members.defaults);
    });
  }
});

test('mgmt-52 what only the server decides is ignored', async () => {
  const silo = mock.silo();
  const before = await get(silo);
  const lies = { apiKey: 5, apiSecret: 'x', number: 99, serviceOwnerNumber: 99, createdAt: 1, modifiedAt: 1,
    metadata: [{ key: 'clientCount', value: '9' }], hsks: [{ handle: 'x' }] };
  assert.deepEqual(Object.keys(lies).sort(), [...members.readOnly].sort(), 'all of them');
  const service = await update(silo, { ...lies, serviceName: 'x' });
  assert.deepEqual({ ...service, modifiedAt: before.modifiedAt }, { ...before, serviceName: 'x' });
  const made = await create(silo, { ...lies, serviceName: 'y' });
  for (const [name, lie] of Object.entries(lies)) assert.notDeepEqual(made[name], lie, name);
  assert.equal((await send(silo, 'GET', '5/service/get', undefined, ORGANIZATION)).status, 403);
  assert.equal((await update(silo, lies)).serviceName, undefined, 'they alone are an update too');
});
