// servicetoken/… and organizationtoken/…
import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN, startMock } from '../../lib/mock.mjs';
import { IDS, done, getService, idp } from './idp.mjs';

const NO_TOKEN = 'M000241';
const mock = await startMock({ args: ['--service', '77:token-of-77'] });
after(() => mock.stop());

for (const [kind, ids, shown] of [
  ['servicetoken', { ...IDS, serviceId: Number(SERVICE) }, { ...IDS, serviceId: Number(SERVICE) }],
  ['organizationtoken', IDS, { organizationId: IDS.organizationId }],
]) {
  const create = (silo, description = 'first') => done(silo, `${kind}/create`, { ...ids, description });
  const all = (silo) => done(silo, `${kind}/all`, ids);
  const works = async (silo, token) => (await getService(silo, SERVICE, token)).status === 200;
  const assertDead = async (silo, token) => assertRefused(await getService(silo, SERVICE, token), 401, 'A458101');

  describe(kind, () => {
    it('create makes a token that works and is shown once', async () => {
      const silo = mock.silo();
      assert.deepEqual(await all(silo), [], 'those of the seed are not managed');
      const { accessToken, tokenId, ...rest } = await create(silo);
      assert.match(accessToken, /^[\w-]{43}$/);
      assert.match(tokenId, /^\d+$/);
      assert.deepEqual(rest, { ...shown, description: 'first' });
      assert.ok(await works(silo, accessToken));
      const other = await create(silo, '');
      assert.notEqual(other.tokenId, tokenId);
      assert.notEqual(other.accessToken, accessToken);
      const list = await all(silo);
      assert.equal(list.length, 2);
      assert.deepEqual(list.find((token) => token.tokenId === tokenId), { ...rest, tokenId });
    });

    it('a description may be absent', async () => {
      assert.equal((await done(mock.silo(), `${kind}/create`, ids)).description, '');
    });

    it('rotate kills the old token and keeps the id', async () => {
      const silo = mock.silo();
      const made = await create(silo);
      const other = await create(silo);
      assert.ok(await works(silo, made.accessToken));
      const { accessToken, ...rest } = await done(silo, `${kind}/rotate`, { ...ids, tokenId: made.tokenId });
      assert.deepEqual(rest, { ...shown, tokenId: made.tokenId, description: 'first' });
      await assertDead(silo, made.accessToken);
      assert.ok(await works(silo, accessToken));
      assert.ok(await works(silo, other.accessToken));
    });

    it('update changes the description alone', async () => {
      const silo = mock.silo();
      const { accessToken, ...made } = await create(silo);
      const renamed = await done(silo, `${kind}/update`, { ...ids, tokenId: made.tokenId, description: 'zweiter "Name" ✓' });
      assert.deepEqual(renamed, { ...made, description: 'zweiter "Name" ✓' });
      assert.deepEqual(await all(silo), [renamed]);
      assert.ok(await works(silo, accessToken));
      assertRefused(await idp(silo, `${kind}/update`, { ...ids, tokenId: made.tokenId }), 400, 'A126202', /\/description/);
    });

    it('revoke ends the token', async () => {
      const silo = mock.silo();
      const made = await create(silo);
      const other = await create(silo);
      assert.ok(await works(silo, made.accessToken));
      await done(silo, `${kind}/revoke`, { ...ids, tokenId: made.tokenId }, 204);
      await assertDead(silo, made.accessToken);
      assert.deepEqual((await all(silo)).map(({ tokenId }) => tokenId), [other.tokenId]);
      assert.ok(await works(silo, other.accessToken));
      assertRefused(await idp(silo, `${kind}/revoke`, { ...ids, tokenId: made.tokenId }), 404, NO_TOKEN);
    });

    for (const operation of ['rotate', 'update', 'revoke']) {
      it(`${operation} of a token that is not there`, async () => {
        const silo = mock.silo();
        const made = await create(silo);
        for (const tokenId of ['0', '1', '-1', 'x', '', `${made.tokenId}0`, '18446744073709551616']) {
          const reply = await idp(silo, `${kind}/${operation}`, { ...ids, tokenId, description: 'x' });
          assertRefused(reply, 404, NO_TOKEN);
        }
        assertRefused(await idp(silo, `${kind}/${operation}`, { ...ids, description: 'x' }), 400, 'A126202', /\/tokenId/);
        assert.ok(await works(silo, made.accessToken));
        assert.ok(await works(silo, kind === 'servicetoken' ? TOKEN : ORGANIZATION_TOKEN), 'the seed\'s own has no id');
        assert.equal((await all(silo))[0].description, 'first');
      });
    }

    it('a wrong type', async () => {
      assertRefused(await idp(mock, `${kind}/create`, { ...ids, description: 5 }), 400, 'A126202', /\/description/);
      assertRefused(await idp(mock, `${kind}/rotate`, { ...ids, tokenId: 5 }), 400, 'A126202', /\/tokenId/);
      assertRefused(await idp(mock, `${kind}/all`, { organizationId: 'x' }), 400, 'A126202', /\/organizationId/);
    });
  });
}

test('a service token is managed through its own service only', async () => {
  const silo = mock.silo();
  const made = await done(silo, 'servicetoken/create', { ...IDS, serviceId: 77, description: 'of 77' });
  assertRefused(await getService(silo, SERVICE, made.accessToken), 403, 'A457101');
  assert.equal((await getService(silo, 77, made.accessToken)).status, 200);
  for (const operation of ['rotate', 'update', 'revoke']) {
    const body = { ...IDS, tokenId: made.tokenId, description: 'x' };
    assertRefused(await idp(silo, `servicetoken/${operation}`, { ...body, serviceId: Number(SERVICE) }), 404, NO_TOKEN);
    assertRefused(await idp(silo, `organizationtoken/${operation}`, { ...body, serviceId: 77 }), 404, NO_TOKEN);
  }
  assert.equal((await done(silo, 'servicetoken/all', { ...IDS, serviceId: 77 }))[0].description, 'of 77');
});

test('a service that is not there', async () => {
  for (const serviceId of [0, -1, 99]) {
    for (const operation of ['create', 'all', 'rotate', 'update', 'revoke']) {
      const reply = await idp(mock, `servicetoken/${operation}`, { ...IDS, serviceId, tokenId: '1', description: 'x' });
      assertRefused(reply, 403, 'A457101', new RegExp(`${serviceId}\\b`));
    }
  }
  assertRefused(await idp(mock, 'servicetoken/create', IDS), 400, 'A126202', /\/serviceId/);
});

test('what the tokens may do', async () => {
  const silo = mock.silo();
  const ofService = await done(silo, 'servicetoken/create', { ...IDS, serviceId: 77, description: 'x' });
  const use = (path, method, token) => silo.call(method, path, { headers: { Authorization: `Bearer ${token}` } });
  assertRefused(await use('/api/77/service/delete', 'DELETE', ofService.accessToken), 403, 'A457101', /DELETE_SERVICE/);
  assertRefused(await idp(silo, 'servicetoken/all', { ...IDS, serviceId: 77 }, ofService.accessToken), 403, 'A457101');
  const ofAll = await done(silo, 'organizationtoken/create', { ...IDS, description: 'x' });
  assert.equal((await idp(silo, 'servicetoken/all', { ...IDS, serviceId: 77 }, ofAll.accessToken)).status, 200);
  assert.equal((await use('/api/77/service/delete', 'DELETE', ofAll.accessToken)).status, 204);
  assert.deepEqual(await silo.admin('POST', '/reset').then(({ status }) => status < 300), true);
  assertRefused(await use('/api/77/service/get', 'GET', ofAll.accessToken), 401, 'A458101');
});

test('a token can end itself', async () => {
  const silo = mock.silo();
  const made = await done(silo, 'organizationtoken/create', { ...IDS, description: 'x' });
  assert.equal((await idp(silo, 'organizationtoken/revoke', { ...IDS, tokenId: made.tokenId }, made.accessToken)).status, 204);
  assertRefused(await idp(silo, 'organizationtoken/all', IDS, made.accessToken), 401, 'A458101');
});

test('one token rotated by sixteen at once: one value is left', async () => {
  const silo = mock.silo();
  const ids = { ...IDS, serviceId: Number(SERVICE) };
  const { tokenId } = await done(silo, 'servicetoken/create', { ...ids, description: 'x' });
  const rotated = await Promise.all(Array.from({ length: 16 }, () => done(silo, 'servicetoken/rotate', { ...ids, tokenId })));
  const statuses = await Promise.all(rotated.map(({ accessToken }) => getService(silo, SERVICE, accessToken).then(({ status }) => status)));
  assert.deepEqual(statuses.sort(), [200, ...Array(15).fill(401)]);
});
