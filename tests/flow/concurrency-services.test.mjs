// services under many calls at once: an acknowledged update is there whole, and the last one stands.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { ORGANIZATION_TOKEN, SERVICE, startMock } from '../lib/mock.mjs';

const mock = await startMock({ args: ['--threads', '4'] });
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
after(() => { agent.destroy(); return mock.stop(); });

const times = (count, work) => Promise.all(Array.from({ length: count }, (_, i) => work(i)));

async function send(silo, status, method, path, json) {
  const reply = await silo.call(method, `/api/${path}`, {
    agent,
    headers: { Authorization: `Bearer ${ORGANIZATION_TOKEN}`, ...(json ? { 'Content-Type': 'application/json' } : {}) },
    body: json && JSON.stringify(json),
  });
  assert.equal(reply.status, status, reply.text);
  return reply.json;
}

/** What one update sets, recognisable in every member it touches. */
const members = (i) => ({
  serviceName: `name ${i}`, description: `${i} `.repeat(500), accessTokenDuration: i, issuer: `https://as${i}.example`,
  supportedAcrs: [`acr ${i}`], supportedScopes: [{ name: `a${i}`, defaultEntry: i % 2 === 0 }, { name: `b${i}`, defaultEntry: false }],
});

/** Which update a service shows; fails when it is a mixture. */
function updateOf(service) {
  const i = service.accessTokenDuration;
  for (const [name, value] of Object.entries(members(i))) assert.deepEqual(service[name], value, name);
  return i;
}

test('updates of one service side by side: each whole, the last stands', async () => {
  const silo = mock.silo();
  const path = (operation) => `${SERVICE}/service/${operation}`;
  updateOf(await send(silo, 200, 'POST', path('update'), members(0)));
  await times(300, async (i) => {
    if (i % 3 === 0) {
      updateOf(await send(silo, 200, 'GET', path('get')));
      updateOf((await send(silo, 200, 'GET', 'service/get/list')).services[0]);
      return;
    }
    assert.equal(updateOf(await send(silo, 200, 'POST', path('update'), members(i))), i, 'the answer is to this call');
  });
  assert.notEqual(updateOf(await send(silo, 200, 'GET', path('get'))), 0);
  // one after the other, with the rest going on: what was acknowledged last is what stands
  const [quiet] = await Promise.all([
    (async () => {
      const { apiKey } = await send(silo, 201, 'POST', 'service/create', members(1000));
      for (let i = 0; i < 30; i++) {
        await send(silo, 200, 'POST', `${apiKey}/service/update`, members(i));
        assert.equal(updateOf(await send(silo, 200, 'GET', `${apiKey}/service/get`)), i);
      }
      return apiKey;
    })(),
    times(100, (i) => send(silo, 200, 'POST', path('update'), members(2000 + i))),
  ]);
  assert.equal(updateOf(await send(silo, 200, 'GET', `${quiet}/service/get`)), 29);
  assert.ok(updateOf(await send(silo, 200, 'GET', path('get'))) >= 2000);
});

test('services made side by side: ids and numbers are each one\'s own', async () => {
  const silo = mock.silo();
  const before = (await send(silo, 200, 'GET', 'service/get/list')).totalCount;
  const made = await times(100, (i) => send(silo, 201, 'POST', 'service/create', members(i)));
  for (const name of ['apiKey', 'apiSecret', 'number']) {
    assert.equal(new Set(made.map((service) => service[name])).size, made.length, name);
  }
  const { totalCount, services } = await send(silo, 200, 'GET', 'service/get/list?end=1000');
  assert.equal(totalCount, before + made.length);
  assert.deepEqual(services.map(({ number }) => number), [...services.keys()].map((i) => i + 1));
  assert.deepEqual(new Set(services.slice(before).map(updateOf)), new Set(made.keys()));
});

test('clients come and go while their service is updated: the count is right', async () => {
  const silo = mock.silo();
  const { apiKey } = await send(silo, 201, 'POST', 'service/create', members(0));
  await times(60, async (i) => {
    const { clientId } = await send(silo, 201, 'POST', `${apiKey}/client/create`, { clientName: `c${i}` });
    await send(silo, 200, 'POST', `${apiKey}/service/update`, members(i));
    if (i % 3 === 0) await send(silo, 204, 'DELETE', `${apiKey}/client/delete/${clientId}`);
  });
  const service = await send(silo, 200, 'GET', `${apiKey}/service/get`);
  updateOf(service);
  assert.deepEqual(service.metadata, [{ key: 'clientCount', value: '40' }]);
});

test('a service deleted under load: calls are answered by it or find it gone, and nothing stays behind', async () => {
  const silo = mock.silo();
  const { apiKey } = await send(silo, 201, 'POST', 'service/create', members(0));
  const statuses = await times(90, async (i) => {
    const [method, path, json] = i === 30 ? ['DELETE', 'service/delete']
      : i % 2 ? ['POST', 'client/create', { clientName: 'x' }] : ['POST', 'service/update', members(i)];
    const reply = await silo.call(method, `/api/${apiKey}/${path}`, {
      agent,
      headers: { Authorization: `Bearer ${ORGANIZATION_TOKEN}`, ...(json ? { 'Content-Type': 'application/json' } : {}) },
      body: json && JSON.stringify(json),
    });
    if (reply.status === 403) assert.equal(reply.json.resultCode, 'A457101');
    return reply.status;
  });
  assert.deepEqual([...new Set(statuses)].filter((status) => ![200, 201, 204, 403].includes(status)), []);
  assert.equal(statuses.filter((status) => status === 204).length, 1);
  const again = await silo.admin('POST', '/services', { serviceId: apiKey });
  assert.equal(again.status, 201, again.text);
  assert.equal((await send(silo, 200, 'GET', `${apiKey}/client/get/list`)).totalCount, 0);
});
