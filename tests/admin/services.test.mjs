import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { FAIL, M_CODE, assertRefused, listTickets } from '../lib/check.mjs';
import { ORGANIZATION_TOKEN, SERVICE, startMock } from '../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

const create = (service) => mock.admin('POST', '/services', service);
const failStatus = async (service, token) => (await mock.api(FAIL, {}, { service, token })).status;

test('one token, spelled accessToken', async () => {
  const reply = await create({ serviceId: 101, accessToken: 't101' });
  assert.equal(reply.status, 201, reply.text);
  assert.equal(reply.json.serviceId, 101);
  assert.deepEqual(reply.json.accessTokens, ['t101']);
  assert.equal(await failStatus('101', 't101'), 200);
  assert.equal(await failStatus('101', ORGANIZATION_TOKEN), 200);
  assert.equal(await failStatus(SERVICE, 't101'), 403);
});

for (const body of [undefined, {}]) {
  test(`what is left out is made up: ${body ? 'an empty object' : 'no body'}`, async () => {
    const reply = await create(body);
    assert.equal(reply.status, 201, reply.text);
    const { serviceId, accessTokens: [token], apiSecret } = reply.json;
    assert.ok(Number.isSafeInteger(serviceId) && serviceId > 0);
    assert.match(token, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(await failStatus(serviceId, token), 200);
    const Authorization = `Basic ${Buffer.from(`${serviceId}:${apiSecret}`).toString('base64')}`;
    const v2 = await mock.call('POST', `/api/${FAIL}`, {
      headers: { Authorization, 'Content-Type': 'application/json' }, body: '{}',
    });
    assert.equal(v2.status, 200, v2.text);
  });
}

test('several tokens, some with rights, and an id as a string', async () => {
  const accessTokens = ['t102', { token: 'r102', rights: ['USE_INTROSPECTION'] }, { token: 'm102', rights: ['MODIFY_SERVICE'] }];
  const reply = await create({ serviceId: '102', accessTokens });
  assert.equal(reply.status, 201, reply.text);
  assert.equal(await failStatus('102', 't102'), 200);
  assert.equal(await failStatus('102', 'm102'), 200);
  assertRefused(await mock.api(FAIL, {}, { service: '102', token: 'r102' }), 403, 'A457101', /\bUSE_SERVICE\b/);
});

test('an api secret for 2.x', async () => {
  assert.equal((await create({ serviceId: 103, accessToken: 't103', apiSecret: 's103' })).status, 201);
  const Authorization = `Basic ${Buffer.from('103:s103').toString('base64')}`;
  const reply = await mock.call('POST', `/api/${FAIL}`, {
    headers: { Authorization, 'Content-Type': 'application/json' }, body: '{}',
  });
  assert.equal(reply.status, 200, reply.text);
});

test('tickets come with it', async () => {
  const tickets = [{ ticket: 'one' }, { ticket: 'two', expiresIn: 0 }];
  const reply = await create({ serviceId: 104, accessToken: 't104', tickets });
  assert.equal(reply.status, 201, reply.text);
  assert.deepEqual(reply.json.tickets, ['one', 'two']);
  assert.deepEqual(await listTickets(mock, '104'), ['one', 'two']);
});

test('the largest id', async () => {
  const id = '9223372036854775807';
  assert.equal((await create({ serviceId: id, accessToken: 'tmax' })).status, 201);
  assert.equal(await failStatus(id, 'tmax'), 200);
});

test('an existing id is refused and stays as it was', async () => {
  const before = await listTickets(mock);
  assertRefused(await create({ serviceId: 2884000001, accessToken: 'thief' }), 409, M_CODE, /of that id/);
  assert.equal(await failStatus(SERVICE, 'thief'), 401);
  assert.deepEqual(await listTickets(mock), before);
});

for (const [what, body, ...says] of [
  ['an unknown member', { serviceId: 201, accessToken: 't201', nope: 1 }, /\/nope\b/],
  ['a token that is no string', { serviceId: 201, accessToken: 5 }, /\/accessToken\b/],
  ['tokens that are no list', { serviceId: 201, accessTokens: 't201' }, /\/accessTokens\b/],
  ['an id that is no number', { serviceId: 'abc', accessToken: 't201' }, /\/serviceId\b/],
  ['an id below 1', { serviceId: -5, accessToken: 't201' }, /\/serviceId\b/],
  ['an id with a fraction', { serviceId: 2.5, accessToken: 't201' }, /\/serviceId\b/],
  ['an unknown right', { serviceId: 201, accessTokens: [{ token: 't201', rights: ['NOPE'] }] }, /\/accessTokens\/0\/rights\/0\b/],
  ['an unknown member of a token', { serviceId: 201, accessTokens: [{ token: 't201', right: [] }] }, /\/accessTokens\/0\/right\b/],
  ['an unknown member of a ticket', { serviceId: 201, accessToken: 't201', tickets: [{ ticket: 'a' }, { nope: 1 }] }, /\/tickets\/1\/nope\b/],
  ['a token and tokens', { serviceId: 201, accessToken: 't201', accessTokens: ['t201'] }, /./],
  ['several faults', { serviceId: [], accessToken: 5, nope: 1 }, /\/serviceId\b/, /\/accessToken\b/, /\/nope\b/],
]) {
  test(`refused: ${what}`, async () => {
    assertRefused(await create(body), 400, M_CODE, says);
    assert.equal((await mock.admin('GET', '/services/201/tickets')).status, 404);
    assert.equal(await failStatus(SERVICE, 't201'), 401);
  });
}

test('clients come with it, with what is left out made up', async () => {
  const clients = [{ clientId: 7, clientSecret: 'seven' }, { clientName: 'x', tokenAuthMethod: 'CLIENT_SECRET_BASIC' }, { clientIdAlias: 'third' }];
  const reply = await create({ serviceId: 105, accessToken: 't105', service: { serviceName: 'Hundred and five' }, clients });
  assert.equal(reply.status, 201, reply.text);
  assert.deepEqual(reply.json.clients[0], { clientId: 7, clientSecret: 'seven' });
  assert.equal(reply.json.clients.length, 3);
  for (const { clientId, clientSecret } of reply.json.clients.slice(1)) {
    assert.ok(clientId >= 1e9 && clientId < 2 ** 32, String(clientId));
    assert.match(clientSecret, /^[A-Za-z0-9_-]{86}$/);
  }
});

test('the ids and secrets in the API\'s own object count where the element has none', async () => {
  const reply = await create({ service: { apiKey: 106, apiSecret: 'inner' }, accessToken: 't106' });
  assert.equal(reply.status, 201, reply.text);
  assert.equal(reply.json.serviceId, 106);
  assert.equal(reply.json.apiSecret, 'inner');
  const both = await create({ serviceId: 107, apiSecret: 'outer', service: { apiKey: 107, apiSecret: 'inner' }, accessToken: 't107' });
  assert.equal(both.json.apiSecret, 'outer');
});

for (const [what, members, status, says] of [
  ['a misspelt member of a service', { service: { isuer: 'x' } }, 400, /\/service\/isuer\b/],
  ['a misspelt member of a client', { clients: [{}, { redirectUri: 'x' }] }, 400, /\/clients\/1\/redirectUri\b/],
  ['another apiKey', { service: { apiKey: 1 } }, 400, /\/service\/apiKey\b/],
  ['a negative duration', { service: { accessTokenDuration: -1 } }, 400, /\/service\/accessTokenDuration\b/],
  ['a client that the API would refuse', { clients: [{ clientName: 'c', bcDeliveryMode: 'PING' }] }, 400, /\/clients\/0: .*A032215/],
  ['two clients of one id', { clients: [{ clientId: 5 }, { clientId: 5 }] }, 409, /\/clients\/1\/clientId: .*nothing was made/],
  ['a misspelt member of a consent', { clients: [{ clientId: 5 }], consents: [{ clientId: 5, subject: 'j', latestGrantedScopes: [], scope: 'a' }] }, 400, /\/consents\/0\/scope\b/],
  ['a consent for nobody', { clients: [{ clientId: 5 }], consents: [{ clientId: 6, subject: 'j', latestGrantedScopes: [] }] }, 400, /\/consents\/0\/clientId\b/],
  ['two consents for one client and user', { clients: [{ clientId: 5 }], consents: Array(2).fill({ clientId: 5, subject: 'j', latestGrantedScopes: [] }) }, 409, /\/consents\/1: .*nothing was made/],
  ['two clients of one alias', { clients: [{ clientIdAlias: 'a' }, { clientIdAlias: 'a' }] }, 409, /\/clients\/1\/clientIdAlias: .*nothing was made/],
]) {
  test(`refused: ${what}`, async () => {
    assertRefused(await create({ serviceId: 202, accessToken: 't202', ...members }), status, M_CODE, says);
    assert.equal((await mock.admin('GET', '/services/202/tickets')).status, 404);
    assert.equal(await failStatus(SERVICE, 't202'), 401);
  });
}

test('two equal ticket names are refused and nothing is made', async () => {
  const tickets = [{ ticket: 'same' }, { ticket: 'same' }];
  assertRefused(await create({ serviceId: 203, accessToken: 't203', tickets }), 409, M_CODE, /named twice/);
  assert.equal((await mock.admin('GET', '/services/203/tickets')).status, 404);
  assert.equal(await failStatus(SERVICE, 't203'), 401);
});

test('only JSON is read', async () => {
  const body = '{"serviceId":204,"accessToken":"t204"}';
  const post = (headers) => mock.call('POST', '/__admin/services', { headers, body });
  assert.equal((await post({})).status, 400);
  assert.equal((await post({ 'Content-Type': 'text/plain' })).status, 415);
  assert.equal((await post({ 'Content-Type': 'application/x-www-form-urlencoded' })).status, 415);
  assert.equal((await mock.admin('GET', '/services/204/tickets')).status, 404);
});
