import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { assertRefused } from '../../../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../../../lib/mock.mjs';

const mock = await startMock();
after(() => mock.stop());

const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'];
const OCT = { kty: 'oct', kid: 'secret', k: 'AAECAwQFBgcICQoLDA0ODw', note: 'ours' };

function get(silo, query = '', { service = SERVICE, token = TOKEN } = {}) {
  return silo.call('GET', `/api/${service}/service/jwks/get${query}`, { headers: { Authorization: `Bearer ${token}` } });
}

async function withKeys(jwks) {
  const silo = mock.silo();
  const reply = await silo.admin('POST', '/services', { serviceId: 5, accessToken: 'five', service: { jwks } });
  assert.equal(reply.status, 201, reply.text);
  return (query) => get(silo, query, { service: 5, token: 'five' });
}

it('public parts of the keys by default, whole when asked for', async () => {
  const shown = await get(mock);
  assert.equal(shown.status, 200, shown.text);
  assert.deepEqual(shown.json.keys.map(({ kid }) => kid), ['mock-es256', 'mock-rs256']);
  for (const key of shown.json.keys) for (const name of PRIVATE) assert.ok(!(name in key), name);
  const whole = (await get(mock, '?includePrivateKeys=true')).json;
  const { json: { jwks } } = await mock.call('GET', `/api/${SERVICE}/service/get`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  assert.deepEqual(whole, JSON.parse(jwks));
  for (const [i, key] of shown.json.keys.entries()) {
    for (const [name, value] of Object.entries(key)) assert.equal(whole.keys[i][name], value);
  }
  assert.deepEqual((await get(mock, '?includePrivateKeys=false')).json, shown.json);
});

it('indented when asked for', async () => {
  const plain = await get(mock);
  const pretty = await get(mock, '?pretty=true');
  assert.deepEqual(pretty.json, plain.json);
  assert.equal(pretty.text, JSON.stringify(plain.json, null, 2));
});

it("sdk-1 a switch in any case, as Python's requests writes it; nothing else", async () => {
  const { text } = await get(mock, '?pretty=true&includePrivateKeys=false');
  assert.equal((await get(mock, '?pretty=True&includePrivateKeys=False')).text, text);
  assertRefused(await get(mock, '?pretty=yes'), 400, 'A126202', [/pretty/, /yes/]);
});

it('a symmetric key is shown only whole, with what else it holds', async () => {
  const keys = await withKeys(JSON.stringify({ keys: [OCT] }));
  assert.deepEqual((await keys()).json, { keys: [] });
  assert.deepEqual((await keys('?includePrivateKeys=true')).json, { keys: [OCT] });
});

it('204 without keys', async () => {
  const keys = await withKeys(undefined);
  for (const query of ['', '?includePrivateKeys=true']) {
    const reply = await keys(query);
    assert.equal(reply.status, 204, reply.text);
    assert.equal(reply.text, '');
  }
});
