import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { Authlete } from '@authlete/typescript-sdk';
import { M_CODE, assertRefused } from '../../lib/check.mjs';
import { SERVICE, TOKEN, startMock, WITHOUT_CLIENTS } from '../../lib/mock.mjs';
import { SECRET, create, get, send } from './clients.mjs';

const mock = await startMock({ args: WITHOUT_CLIENTS });
after(() => mock.stop());

test('mgmt-42 a new secret, and the old one', async () => {
  const silo = mock.silo();
  const made = await create(silo, { clientIdAlias: 'alias' });
  const { client: { management } } = new Authlete({ serverURL: silo.url, bearer: TOKEN });
  const reply = await management.refreshSecret({ serviceId: SERVICE, clientIdentifier: 'alias' });
  assert.equal(reply.resultCode, 'A148001');
  assert.match(reply.resultMessage, /^\[A148001\] ./);
  assert.equal(reply.oldClientSecret, made.clientSecret);
  assert.match(reply.newClientSecret, SECRET);
  assert.notEqual(reply.newClientSecret, made.clientSecret);
  assert.equal((await get(silo, made.clientId)).clientSecret, reply.newClientSecret);
});

test('mgmt-43 refresh by POST', async () => {
  const silo = mock.silo();
  const made = await create(silo);
  assertRefused(await send(silo, 'POST', `client/secret/refresh/${made.clientId}`, {}), 405, M_CODE);
  assert.deepEqual(await get(silo, made.clientId), made);
});

test('mgmt-44 an unknown client', async () => {
  for (const identifier of ['5', 'nobody']) {
    assertRefused(await send(mock.silo(), 'GET', `client/secret/refresh/${identifier}`), 404, 'A148201');
    assertRefused(await send(mock.silo(), 'POST', `client/secret/update/${identifier}`, { clientSecret: 'x' }), 404, 'A149201');
  }
});

test('a secret of one\'s own', async () => {
  const silo = mock.silo();
  const made = await create(silo);
  const { client: { management } } = new Authlete({ serverURL: silo.url, bearer: TOKEN });
  let old = made.clientSecret;
  for (const clientSecret of ['x', 'Az09-_', 'y'.repeat(86)]) {
    const { resultCode, newClientSecret, oldClientSecret } = await management.updateSecret({
      serviceId: SERVICE, clientIdentifier: String(made.clientId), clientSecretUpdateRequest: { clientSecret },
    });
    assert.deepEqual([resultCode, newClientSecret, oldClientSecret], ['A149001', clientSecret, old]);
    assert.equal((await get(silo, made.clientId)).clientSecret, clientSecret);
    old = clientSecret;
  }
});

describe('a secret that cannot be one', () => {
  for (const [what, clientSecret] of [
    ['mgmt-45 bad characters', 'bad secret!'], ['mgmt-46 87 characters', 'x'.repeat(87)], ['empty', ''], ['missing', undefined], ['ü', 'ü'],
  ]) {
    it(what, async () => {
      const silo = mock.silo();
      const made = await create(silo);
      assertRefused(await send(silo, 'POST', `client/secret/update/${made.clientId}`, { clientSecret }), 400, 'A149601');
      assert.deepEqual(await get(silo, made.clientId), made);
    });
  }
});
