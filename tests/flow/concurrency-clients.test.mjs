import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { SERVICE, TOKEN, startMock, WITHOUT_CLIENTS } from '../lib/mock.mjs';

const mock = await startMock({ args: [...WITHOUT_CLIENTS, '--threads', '4'] });
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
after(() => { agent.destroy(); return mock.stop(); });

const times = (count, work) => Promise.all(Array.from({ length: count }, (_, i) => work(i)));

function send(silo, method, operation, json) {
  return silo.call(method, `/api/${SERVICE}/${operation}`, {
    agent,
    headers: { Authorization: `Bearer ${TOKEN}`, ...(json ? { 'Content-Type': 'application/json' } : {}) },
    body: json && JSON.stringify(json),
  });
}

async function create(silo, members) {
  const reply = await send(silo, 'POST', 'client/create', members);
  assert.equal(reply.status, 201, reply.text);
  return reply.json;
}

/** What one update sets, recognisable in every member it touches. */
const members = (i) => ({
  clientName: `name ${i}`, description: `${i} `.repeat(200), developer: `dev ${i}`, clientIdAlias: `alias ${i}`,
  defaultMaxAge: i, redirectUris: [`https://a${i}.example/cb`], extension: { accessTokenDuration: i },
});

/** Which update a client shows; fails when it is a mixture. */
function updateOf(client) {
  const i = client.defaultMaxAge;
  const { extension, ...rest } = members(i);
  for (const [name, value] of Object.entries(rest)) assert.deepEqual(client[name], value, name);
  assert.equal(client.extension.accessTokenDuration, extension.accessTokenDuration);
  assert.equal(client.derivedSectorIdentifier, `a${i}.example`);
  return i;
}

test('updates of one client side by side: each whole, the last stands', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo, members(0));
  await times(300, async (i) => {
    if (i % 3 === 0) {
      updateOf((await send(silo, 'GET', `client/get/${clientId}`)).json);
      updateOf((await send(silo, 'GET', 'client/get/list')).json.clients[0]);
      return;
    }
    const reply = await send(silo, 'POST', `client/update/${clientId}`, members(i));
    assert.equal(reply.status, 200, reply.text);
    assert.equal(updateOf(reply.json), i);
  });
  const last = (await send(silo, 'GET', `client/get/${clientId}`)).json;
  assert.notEqual(updateOf(last), 0);
  // one after the other: what was acknowledged last is what stands
  for (const i of [1, 2, 3]) {
    await send(silo, 'POST', `client/update/${clientId}`, members(i));
    assert.equal(updateOf((await send(silo, 'GET', `client/get/${clientId}`)).json), i);
  }
});

test('one alias wanted by many: one has it', async () => {
  for (let round = 0; round < 5; round++) {
    const silo = mock.silo();
    const replies = await times(32, () => send(silo, 'POST', 'client/create', { clientIdAlias: 'wanted' }));
    assert.equal(replies.filter(({ status }) => status === 201).length, 1);
    const losers = replies.filter(({ status }) => status !== 201);
    assert.deepEqual([...new Set(losers.map(({ status, json }) => `${status} ${json.resultCode}`))], ['400 A123603']);
    assert.equal((await send(silo, 'GET', 'client/get/list')).json.totalCount, 1);
  }
});

test('secrets refreshed side by side make one chain', async () => {
  const silo = mock.silo();
  const { clientId, clientSecret } = await create(silo, { clientName: 'x' });
  const replies = await times(100, () => send(silo, 'GET', `client/secret/refresh/${clientId}`));
  const next = new Map(replies.map(({ json }) => [json.oldClientSecret, json.newClientSecret]));
  assert.equal(next.size, replies.length, 'no secret is the old one twice');
  let at = clientSecret;
  for (let i = 0; i < replies.length; i++) at = next.get(at);
  assert.equal(at, (await send(silo, 'GET', `client/get/${clientId}`)).json.clientSecret);
});

test('creating and deleting side by side: the list and its count agree with the answers', async () => {
  const silo = mock.silo();
  const left = new Set();
  await times(60, async (i) => {
    const { clientId } = await create(silo, { clientName: `c${i}`, clientIdAlias: `c${i}` });
    left.add(clientId);
    if (i % 2) return;
    const gone = await times(2, () => send(silo, 'DELETE', `client/delete/${clientId}`));
    assert.deepEqual(gone.map(({ status }) => status).sort(), [204, 404]);
    left.delete(clientId);
  });
  const { totalCount, clients } = (await send(silo, 'GET', 'client/get/list?end=1000')).json;
  assert.equal(totalCount, left.size);
  assert.deepEqual(new Set(clients.map(({ clientId }) => clientId)), left);
  assert.equal(new Set(clients.map(({ number }) => number)).size, left.size);
});
