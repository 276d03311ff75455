import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { SPA, WEB, call, create, exists, form, introspect, startTokens } from '../../lib/tokens.mjs';

const mock = await startTokens();
after(() => mock.stop());
const silo = mock.silo();

/** The ways to name the user; each gives the reply. */
const ways = (method, operation, subject) => [
  (at = silo, path = operation) => call(at, method, `${path}?subject=${subject}`),
  (at = silo, path = operation) => call(at, method, `${path}/${subject}`),
  (at = silo, path = operation) => at.api(path, { subject }),
];

describe('client/authorization/get/list', () => {
  it('lists who has tokens of the user, in three ways', async () => {
    const own = mock.silo();
    for (const clientId of [SPA, WEB, WEB]) await create(own, { clientId, subject: 'anna' });
    for (const get of ways('GET', 'client/authorization/get/list', 'anna')) {
      const { json } = await get(own);
      assert.deepEqual([json.start, json.end, json.subject, json.totalCount, json.clients.map(({ clientId }) => clientId)],
        [0, 5, 'anna', 2, [WEB, SPA]]);
      assert.equal(json.clients[0].clientSecret, undefined);
    }
    const mine = (await call(own, 'GET', 'client/authorization/get/list?subject=anna&developer=me&start=0&end=1')).json;
    assert.deepEqual([mine.developer, mine.totalCount, mine.clients.length], ['me', 1, 1]);
    const none = (await call(own, 'GET', 'client/authorization/get/list?subject=anna&start=1&end=1')).json;
    assert.deepEqual([none.totalCount, none.clients], [2, undefined]);
  });

  for (const [code, query] of [
    ['A136201', 'subject=a&start=x'], ['A136202', 'subject=a&start=-1'], ['A136203', 'subject=a&end=x'],
    ['A136204', 'subject=a&end=-1'], ['A136206', ''], ['A136206', 'subject='],
  ]) {
    it(`${code === 'A136206' ? 'mgmt-89 ' : ''}${code} ${query}`, async () => {
      assertRefused(await call(silo, 'GET', `client/authorization/get/list?${query}`), 400, code);
      const { subject, ...members } = Object.fromEntries(new URLSearchParams(query));
      assertRefused(await silo.api('client/authorization/get/list', { subject, ...members }), 400, code);
      if (subject) assertRefused(await call(silo, 'GET', `client/authorization/get/list/${subject}?${new URLSearchParams(members)}`), 400, code);
    });
  }
});

describe('client/authorization/update', () => {
  it('A138001 sets the scopes of the tokens of both', async () => {
    const own = mock.silo();
    const [mine, others] = [await create(own, { subject: 'a' }), await create(own, { subject: 'b' })];
    const update = async (members) => (await own.api(`client/authorization/update/${WEB}`, members)).json;
    const json = await update({ subject: 'a', scopes: ['write', 'nope'] });
    assert.deepEqual(json, { resultCode: 'A138001', resultMessage: '[A138001] Updated 1 access token(s) of the client.' });
    assert.deepEqual((await introspect(own, mine.accessToken)).scopes, ['write']);
    assert.deepEqual((await introspect(own, others.accessToken)).scopes, ['read']);
    assert.match((await update({ subject: 'a' })).resultMessage, / 1 /);
    assert.deepEqual((await introspect(own, mine.accessToken)).scopes, ['write']);
    await update({ subject: 'a', scopes: [] });
    assert.equal((await introspect(own, mine.accessToken)).scopes, undefined);
    assert.match((await update({ subject: 'nobody', scopes: [] })).resultMessage, / 0 /);
  });

  it('A138201 no subject', async () => {
    assertRefused(await silo.api(`client/authorization/update/${WEB}`, { scopes: [] }), 400, 'A138201');
  });
});

describe('client/authorization/delete', () => {
  it('mgmt-91 A137001 in three ways; mgmt-90 nothing there', async () => {
    for (const [i, remove] of ways('DELETE', `client/authorization/delete/${WEB}`, 'anna').entries()) {
      const own = mock.silo();
      const [mine, others] = [await create(own, { subject: 'anna' }), await create(own, { subject: 'b' })];
      for (const count of [1, 0]) {
        const { status, json } = await remove(own);
        assert.deepEqual([status, json.resultCode], [200, 'A137001'], `way ${i}`);
        assert.match(json.resultMessage, new RegExp(`Deleted ${count} `));
      }
      assert.deepEqual([await exists(own, mine.accessToken), await exists(own, others.accessToken)], [false, true]);
    }
  });

  it('A137202 no subject', async () => {
    assertRefused(await call(silo, 'DELETE', `client/authorization/delete/${WEB}`), 400, 'A137202');
    assertRefused(await silo.api(`client/authorization/delete/${WEB}`, { subject: '' }), 400, 'A137202');
  });
});

describe('client/granted_scopes', () => {
  it('mgmt-92 A139001, mgmt-93 A140001: nothing is remembered, in three ways', async () => {
    for (const get of ways('GET', `client/granted_scopes/get/${WEB}`, 'anna')) {
      const { resultMessage, ...rest } = (await get()).json;
      assert.deepEqual(rest, { resultCode: 'A139001', serviceApiKey: 2884000001, clientId: WEB, subject: 'anna', modifiedAt: 0 });
      assert.match(resultMessage, /^\[A139001\] /);
    }
    for (const remove of ways('DELETE', `client/granted_scopes/delete/${WEB}`, 'anna')) {
      assert.equal((await remove()).json.resultCode, 'A140001');
    }
  });

  it('A139002, A140002, in three ways: what a user has granted; the latest replaces, the merged grows', async () => {
    const own = mock.silo();
    const grant = async (scope) => {
      const { ticket } = (await own.api('backchannel/authentication', {
        clientId: String(WEB), clientSecret: 'secret-of-web', parameters: form({ scope, login_hint: 'anna' }),
      })).json;
      await own.api('backchannel/authentication/issue', { ticket });
      const { json } = await own.api('backchannel/authentication/complete', { ticket, result: 'AUTHORIZED', subject: 'anna' });
      assert.equal(json.action, 'NO_ACTION', json.resultMessage);
    };
    const get = async () => (await call(own, 'GET', `client/granted_scopes/get/${WEB}/anna`)).json;
    for (const remove of ways('DELETE', `client/granted_scopes/delete/${WEB}`, 'anna')) {
      await grant('openid read');
      await grant('openid write');
      for (const look of ways('GET', `client/granted_scopes/get/${WEB}`, 'anna')) {
        const { json } = await look(own);
        assert.deepEqual([json.resultCode, json.latestGrantedScopes, json.mergedGrantedScopes],
          ['A139002', ['openid', 'write'], ['openid', 'read', 'write']]);
        assert.ok(Math.abs(json.modifiedAt - Date.now()) < 60_000);
      }
      assert.equal((await remove(own)).json.resultCode, 'A140002');
      assert.equal((await get()).resultCode, 'A139001');
    }
    await grant('openid read');
    await own.api(`client/authorization/delete/${WEB}`, { subject: 'anna' });
    assert.equal((await get()).resultCode, 'A139001', 'forgotten with the tokens');
  });

  it('A139202, A140202 no subject', async () => {
    assertRefused(await call(silo, 'GET', `client/granted_scopes/get/${WEB}`), 400, 'A139202');
    assertRefused(await silo.api(`client/granted_scopes/get/${WEB}`, {}), 400, 'A139202');
    assertRefused(await call(silo, 'DELETE', `client/granted_scopes/delete/${WEB}`), 400, 'A140202');
    assertRefused(await silo.api(`client/granted_scopes/delete/${WEB}`, {}), 400, 'A140202');
  });
});
