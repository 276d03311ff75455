import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SERVICE, TOKEN, WITHOUT_CLIENTS, startMock } from '../../lib/mock.mjs';

const mock = await startMock({ args: WITHOUT_CLIENTS });
after(() => mock.stop());

test('mgmt-65 service/jwks/get of a service without a JWK Set has no content', async () => {
  const reply = await mock.call('GET', `/api/${SERVICE}/service/jwks/get`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  assert.deepEqual([reply.status, reply.text, reply.headers['content-type']], [204, '', undefined]);
});
