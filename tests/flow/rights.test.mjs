// Who may do what with services and clients: tokens of a service, of the organization, credentials
// of 2.x.
import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { M_CODE, assertRefused } from '../lib/check.mjs';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN, startMock } from '../lib/mock.mjs';

const RIGHTS = ['VIEW_CLIENT', 'MODIFY_CLIENT', 'USE_INTROSPECTION', 'VIEW_SERVICE', 'USE_SERVICE', 'CREATE_CLIENT',
  'MODIFY_SERVICE', 'DELETE_SERVICE', 'CREATE_SERVICE'];
const OTHER = 77;
const seed = {
  organizationTokens: [ORGANIZATION_TOKEN],
  owner: { key: 'owner', secret: 'owner-secret' },
  services: [
    { serviceId: Number(SERVICE), apiSecret: 'service-secret',
      accessTokens: [TOKEN, ...RIGHTS.map((right) => ({ token: right, rights: [right] }))],
      clients: [{ clientId: 5, clientName: 'five' }] },
    { serviceId: OTHER, apiSecret: 'other-secret', accessTokens: ['token-of-77'], clients: [{ clientId: 6 }, { clientId: 7 }] },
  ],
};
const mock = await startMock({ args: [`--seed-json=${JSON.stringify(seed)}`] });
after(() => mock.stop());

const basic = (key, secret) => `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
const OWNER = basic('owner', 'owner-secret');

function send(caller, method, path, Authorization, json) {
  return caller.call(method, path, {
    headers: { ...Authorization && { Authorization }, ...json && { 'Content-Type': 'application/json' } },
    body: json && JSON.stringify(json),
  });
}

const at = (operation) => `/api/${SERVICE}/${operation}`;
const get = (caller, operation, Authorization) => send(caller, 'GET', at(operation), Authorization);
const LIST = at('client/get/list');

// What includes a right is held to what the API says of it, in tests/unit/rights_test.c.
const MAY = {
  VIEW_CLIENT: ['VIEW_CLIENT', 'MODIFY_CLIENT', 'VIEW_SERVICE', 'USE_SERVICE', 'CREATE_CLIENT', 'MODIFY_SERVICE'],
  CREATE_CLIENT: ['CREATE_CLIENT', 'MODIFY_SERVICE'],
  MODIFY_CLIENT: ['MODIFY_CLIENT', 'CREATE_CLIENT', 'MODIFY_SERVICE'],
  VIEW_SERVICE: ['VIEW_SERVICE', 'USE_SERVICE', 'CREATE_CLIENT', 'MODIFY_SERVICE'],
  MODIFY_SERVICE: ['MODIFY_SERVICE'],
  DELETE_SERVICE: ['DELETE_SERVICE'],
};

describe('each operation needs its right', () => {
  for (const [right, method, operation, json] of [
    ['VIEW_CLIENT', 'GET', 'client/get/list'],
    ['VIEW_CLIENT', 'GET', 'client/get/5'],
    ['CREATE_CLIENT', 'POST', 'client/create', { clientName: 'x' }],
    ['MODIFY_CLIENT', 'POST', 'client/update/5', { clientName: 'y' }],
    ['MODIFY_CLIENT', 'DELETE', 'client/delete/5'],
    ['MODIFY_CLIENT', 'GET', 'client/secret/refresh/5'],
    ['MODIFY_CLIENT', 'POST', 'client/secret/update/5', { clientSecret: 'a-new-one' }],
    ['MODIFY_CLIENT', 'POST', 'client/lock_flag/update/5', { clientLocked: true }],
    ['MODIFY_CLIENT', 'PUT', 'client/extension/requestable_scopes/update/5', { requestableScopes: [] }],
    ['MODIFY_CLIENT', 'DELETE', 'client/extension/requestable_scopes/delete/5'],
    ['VIEW_SERVICE', 'GET', 'service/get'],
    ['MODIFY_SERVICE', 'POST', 'service/update', { serviceName: 'y' }],
    ['DELETE_SERVICE', 'DELETE', 'service/delete'],
  ]) {
    it(`${right === 'CREATE_CLIENT' ? 'mgmt-5 ' : ''}${operation} needs ${right}`, async () => {
      for (const held of RIGHTS) {
        const silo = mock.silo();
        const before = (await get(silo, 'service/get', `Bearer ${TOKEN}`)).json;
        const client = (await get(silo, 'client/get/5', `Bearer ${TOKEN}`)).json;
        const reply = await send(silo, method, at(operation), `Bearer ${held}`, json);
        if (MAY[right].includes(held)) {
          assert.ok(reply.status < 300, `${held}: ${reply.text}`);
          continue;
        }
        assertRefused(reply, 403, 'A457101', new RegExp(`/${operation.replace(/\/5$/, '')}.*\\b${right}\\b.*\\b${SERVICE}\\b`));
        assert.deepEqual((await get(silo, 'service/get', `Bearer ${TOKEN}`)).json, before);
        assert.deepEqual((await get(silo, 'client/get/5', `Bearer ${TOKEN}`)).json, client);
      }
      const reply = await send(mock.silo(), method, at(operation), `Bearer ${ORGANIZATION_TOKEN}`, json);
      assert.ok(reply.status < 300, reply.text);
    });
  }
});

describe('what belongs to the organization', () => {
  const calls = [
    ['CREATE_SERVICE', 'POST', '/api/service/create', { serviceName: 'x' }, 201],
    ['CREATE_SERVICE', 'POST', '/api/service', { apiServerId: 1, organizationId: 2 }, 200],
    ['VIEW_SERVICE', 'GET', '/api/service/get/list', undefined, 200],
    ['VIEW_SERVICE', 'GET', '/api/apiserver', undefined, 200],
    ['DELETE_SERVICE', 'POST', '/api/service/remove', { serviceId: OTHER }, 204],
    ['MODIFY_SERVICE', 'POST', '/api/servicetoken/create', { serviceId: OTHER }, 200],
    ['ADMIN', 'POST', '/api/organizationtoken/create', { organizationId: 1 }, 200],
  ];
  for (const [right, method, path, json, status] of calls) {
    it(`${path === '/api/service/create' ? 'mgmt-61 ' : ''}${path} needs a token of the organization with ${right}`, async () => {
      const silo = mock.silo();
      for (const token of [TOKEN, 'CREATE_SERVICE', 'DELETE_SERVICE']) {
        assertRefused(await send(silo, method, path, `Bearer ${token}`, json), 403, 'A457101', new RegExp(`organization.*\\b${right}\\b`));
      }
      const { totalCount } = (await send(silo, 'GET', '/api/service/get/list', OWNER)).json;
      assert.equal(totalCount, 2);
      assertRefused(await send(silo, method, path, undefined, json), 401, 'A001202', new RegExp(path.slice('/api'.length)));
      assertRefused(await send(silo, method, path, 'Bearer nobody', json), 401, 'A458101');
      assertRefused(await send(silo, method, path, basic('nobody', 'owner-secret'), json), 401, 'A002201');
      assertRefused(await send(silo, method, path, basic('owner', 'wrong'), json), 401, 'A002205');
      assertRefused(await send(silo, method, path, basic('owner', ''), json), 401, 'A002205');
      assertRefused(await send(silo, method, path, basic(SERVICE, 'service-secret'), json), 401, 'A002201');
      assert.equal((await send(silo, method, path, `Bearer ${ORGANIZATION_TOKEN}`, json)).status, status);
      const again = await send(mock.silo(), method, path, OWNER, json);
      assert.equal(again.status, status, again.text);
    });
  }

  it('an organization token reaches each service, one of a service only its own', async () => {
    for (const service of [SERVICE, OTHER]) {
      const reply = await send(mock, 'GET', `/api/${service}/service/get`, `Bearer ${ORGANIZATION_TOKEN}`);
      assert.equal(reply.json.apiKey, Number(service));
    }
    assertRefused(await send(mock, 'GET', `/api/${OTHER}/service/get`, `Bearer ${TOKEN}`), 403, 'A457101');
    assertRefused(await send(mock, 'GET', '/api/99/service/get', `Bearer ${ORGANIZATION_TOKEN}`), 403, 'A457101');
  });
});

describe('2.x', () => {
  const named = [
    ['GET', `/api/service/get/${OTHER}`, undefined, 200],
    ['POST', `/api/service/update/${OTHER}`, { serviceName: 'y' }, 200],
    ['DELETE', `/api/service/delete/${OTHER}`, undefined, 204],
  ];
  for (const [method, path, json, status] of named) {
    it(`${path} is the owner's`, async () => {
      const silo = mock.silo();
      assertRefused(await send(silo, method, path, undefined, json), 401, 'A001202');
      assertRefused(await send(silo, method, path, 'Basic !!!', json), 401, 'A001203');
      assertRefused(await send(silo, method, path, basic('nobody', 'owner-secret'), json), 401, 'A002201');
      assertRefused(await send(silo, method, path, basic('owner', 'wrong'), json), 401, 'A002205');
      assertRefused(await send(silo, method, path, basic(String(OTHER), 'other-secret'), json), 401, 'A002201');
      assertRefused(await send(silo, method, path, `Bearer ${TOKEN}`, json), 403, 'A457101');
      assert.equal((await send(silo, method, path, OWNER, json)).status, status);
      const token = await send(mock.silo(), method, path, 'Bearer token-of-77', json);
      assert.equal(token.status, status, `a token of the service: ${token.text}`);
      const organization = await send(mock.silo(), method, path, `Bearer ${ORGANIZATION_TOKEN}`, json);
      assert.equal(organization.status, status, `a token of the organization: ${organization.text}`);
    });
  }

  it('the owner names a service that is not there', async () => {
    assertRefused(await send(mock, 'GET', '/api/service/get/99', OWNER), 404, 'A035201');
    assertRefused(await send(mock, 'POST', '/api/service/update/99', OWNER, { serviceName: 'x' }), 404, 'A037201');
    assertRefused(await send(mock, 'DELETE', '/api/service/delete/99', OWNER), 404, 'A034201');
    assertRefused(await send(mock, 'DELETE', `/api/service/delete/${2n ** 64n + 77n}`, OWNER), 404, 'A034201');
    assert.equal((await send(mock, 'GET', '/api/service/get/77', OWNER)).status, 200);
  });

  it('mgmt-110 the service\'s credentials show the clients of that service', async () => {
    for (const [key, secret, ids] of [[SERVICE, 'service-secret', [5]], [String(OTHER), 'other-secret', [6, 7]]]) {
      const { status, json } = await send(mock, 'GET', '/api/client/get/list', basic(key, secret));
      assert.equal(status, 200);
      assert.deepEqual(json.clients.map(({ clientId }) => clientId), ids);
    }
    assertRefused(await send(mock, 'GET', '/api/client/get/list', OWNER), 401, 'A003201');
    assertRefused(await send(mock, 'GET', '/api/client/get/list', basic(SERVICE, 'other-secret')), 401, 'A003204');
  });
});

describe('refused before the operation', () => {
  it('mgmt-1 no Authorization', async () => {
    assertRefused(await get(mock, 'client/get/list'), 401, 'A001202', / \/client\/get\/list\b/);
    assertRefused(await get(mock, 'service/get'), 401, 'A001202', / \/service\/get\b/);
    assertRefused(await send(mock, 'POST', '/api/client/create', undefined, { clientName: 'x' }), 401, 'A001202', / \/client\/create\b/);
  });

  it('mgmt-2 an Authorization that cannot be read', async () => {
    assertRefused(await get(mock, 'client/get/list', 'Basic !!!'), 401, 'A001203');
    assertRefused(await send(mock, 'GET', '/api/client/get/list', 'Basic !!!'), 401, 'A001203');
  });

  it('mgmt-3 an unknown token', async () => {
    for (const path of [LIST, at('service/get'), '/api/client/get/list', '/api/service/get/list']) {
      assertRefused(await send(mock, 'GET', path, 'Bearer nobody'), 401, 'A458101');
    }
  });

  it('mgmt-4 a token of another service', async () => {
    assertRefused(await get(mock, 'client/get/list', 'Bearer token-of-77'), 403, 'A457101', new RegExp(`\\bVIEW_CLIENT\\b.*\\b${SERVICE}\\b`));
  });

  it('mgmt-6 POST client/delete', async () => {
    const reply = await send(mock, 'POST', at('client/delete/5'), `Bearer ${TOKEN}`, {});
    assertRefused(reply, 405, M_CODE);
    assert.equal(reply.headers.allow, 'DELETE');
    assert.equal((await get(mock, 'client/get/5', `Bearer ${TOKEN}`)).status, 200);
  });

  it('mgmt-7 an unknown path', async () => {
    assertRefused(await send(mock, 'GET', '/api/1/nope', `Bearer ${TOKEN}`), 404, M_CODE);
    for (const path of ['/api/service/nope', '/api/service/remove/5', '/api/servicetoken', '/api/accessmap', '/api/organization/5']) {
      assertRefused(await send(mock, 'GET', path, `Bearer ${ORGANIZATION_TOKEN}`), 404, M_CODE);
    }
  });
});

test('mgmt-8 a slash at the end', async () => {
  const without = await get(mock, 'service/get', `Bearer ${TOKEN}`);
  const reply = await get(mock, 'service/get/', `Bearer ${TOKEN}`);
  assert.equal(reply.status, 200);
  assert.deepEqual(reply.json, without.json);
});

test('mgmt-9 an unknown query parameter on lists', async () => {
  for (const [path, authorization] of [[LIST, `Bearer ${TOKEN}`], ['/api/service/get/list', OWNER]]) {
    const { json } = await send(mock, 'GET', path, authorization);
    const reply = await send(mock, 'GET', `${path}?limited=true`, authorization);
    assert.equal(reply.status, 200);
    assert.deepEqual(reply.json, json);
  }
});

test('mgmt-106 misc/echo asks nobody who they are', async () => {
  const { status, json } = await send(mock, 'GET', '/api/misc/echo?a=1');
  assert.equal(status, 200);
  assert.deepEqual(json, { a: '1' });
});

test('mgmt-107 nor does the health check', async () => {
  const { status, headers, text } = await send(mock, 'GET', '/api/lifecycle/healthcheck');
  assert.equal(status, 200);
  assert.match(headers['content-type'], /^text\/plain\b/);
  assert.equal(text, 'OK');
});
