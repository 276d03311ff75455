import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Authlete } from '@authlete/typescript-sdk';
import { assertRefused } from '../../lib/check.mjs';
import { SERVICE, TOKEN, startMock, WITHOUT_CLIENTS } from '../../lib/mock.mjs';
import { create, get, send } from './clients.mjs';

const mock = await startMock({ args: WITHOUT_CLIENTS });
after(() => mock.stop());

const lock = (silo, identifier, clientLocked) => send(silo, 'POST', `client/lock_flag/update/${identifier}`, { clientLocked });

test('mgmt-47 locked, and unlocked again', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo, { clientIdAlias: 'alias' });
  const { client: { management } } = new Authlete({ serverURL: silo.url, bearer: TOKEN });
  for (const clientLocked of [true, false]) {
    const reply = await management.updateLockFlag({
      serviceId: SERVICE, clientIdentifier: 'alias', clientFlagUpdateRequest: { clientLocked },
    });
    assert.equal(reply.resultCode, 'A293001');
    assert.match(reply.resultMessage, /^\[A293001\] .*\balias\b/);
    assert.equal((await get(silo, clientId)).locked, clientLocked);
  }
});

test('mgmt-48 locked twice', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo);
  assert.equal((await lock(silo, clientId, true)).status, 200);
  const before = await get(silo, clientId);
  assertRefused(await lock(silo, clientId, true), 400, 'A293203');
  assert.deepEqual(await get(silo, clientId), before);
});

test('mgmt-49 unlocked without a lock', async () => {
  const silo = mock.silo();
  const { clientId } = await create(silo);
  assertRefused(await lock(silo, clientId, false), 400, 'A293204');
  assertRefused(await lock(silo, clientId, undefined), 400, 'A293204');
});

test('an unknown client', async () => {
  assertRefused(await lock(mock.silo(), '5', true), 404, 'A001212');
  assertRefused(await lock(mock.silo(), 'nobody', true), 404, 'A001218');
});
