import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { assertRefused } from '../../../lib/check.mjs';
import {
  DOUBTFUL, FOREIGN, POOR, SPA, WEB, assertResult, call, clientOf, create, exists, introspect, jwt, sha256, startTokens,
} from '../../../lib/tokens.mjs';

const mock = await startTokens();
after(() => mock.stop());
const silo = mock.silo();
const ask = (operation, members, at) => silo.api(`auth/token/${operation}`, members, at);
const base = { grantType: 'AUTHORIZATION_CODE', clientId: WEB, subject: 'john' };

describe('auth/token/create', () => {
  it('A109001 answers all there is to know of the token', async () => {
    const json = await create(silo, { scopes: ['read', 'write'], properties: [{ key: 'a', value: '1' }], sessionId: 's', forExternalAttachment: true });
    assert.deepEqual(
      [json.clientId, json.expiresIn, json.grantType, json.scopes, json.refreshTokenScopes, json.subject, json.tokenType, json.sessionId, json.forExternalAttachment],
      [WEB, 3600, 'AUTHORIZATION_CODE', ['read', 'write'], ['read', 'write'], 'john', 'Bearer', 's', true]);
    assert.match(`${json.accessToken} ${json.refreshToken}`, /^[\w-]{43} [\w-]{43}$/);
    assert.ok(Math.abs(json.expiresAt - Date.now() - 3600_000) < 60_000);
  });

  it('numbers tokens once for all: that of one that is gone does not come again', async () => {
    const own = mock.silo();
    const [first, second] = [await create(own), await create(own)];
    assert.equal(Number(second.tokenId), Number(first.tokenId) + 1);
    assert.equal((await call(own, 'DELETE', `auth/token/delete/${second.accessToken}`)).status, 204);
    assert.equal(Number((await create(own)).tokenId), Number(second.tokenId) + 1);
  });

  it('mgmt-76 CLIENT_CREDENTIALS with a subject; no refresh token of it, of IMPLICIT, of a service without', async () => {
    for (const [members, at] of [[{ grantType: 'CLIENT_CREDENTIALS' }], [{ grantType: 'IMPLICIT' }], [{}, POOR]]) {
      assert.equal((await create(silo, members, at)).refreshToken, undefined);
    }
  });

  it('values of the caller\'s choice, durations, and tokens that never expire; the client by its alias', async () => {
    const json = await create(silo, { accessToken: 'chosen-a', refreshToken: 'chosen-r', accessTokenDuration: 10, clientId: undefined, clientIdentifier: 'web' });
    assert.deepEqual([json.accessToken, json.refreshToken, json.expiresIn, json.clientId], ['chosen-a', 'chosen-r', 10, WEB]);
    assert.equal(await exists(silo, 'chosen-a'), true);
    const { expiresAt } = await create(silo, { accessTokenPersistent: true, accessTokenDuration: 1 });
    assert.ok(expiresAt > Date.now() + 1e14);
    assert.ok((await create(silo, { accessTokenDuration: Number.MAX_SAFE_INTEGER })).expiresAt <= Number.MAX_SAFE_INTEGER);
  });

  for (const [code, action, members, at] of [
    ['A104201', 'BAD_REQUEST', { grantType: undefined }], ['A104201', 'BAD_REQUEST', { grantType: '' }],
    ['A104202', 'BAD_REQUEST', { grantType: 'REFRESH_TOKEN' }], ['A104203', 'BAD_REQUEST', { grantType: 'DEVICE_CODE' }],
    ['A105201', 'BAD_REQUEST', { subject: undefined }], ['A105202', 'BAD_REQUEST', { subject: 'x'.repeat(101) }],
    ['A105203', 'BAD_REQUEST', { subject: 'j\u00f6hn' }], ['A106201', 'BAD_REQUEST', { scopes: ['read', 'nope'] }],
    ['A107201', 'BAD_REQUEST', { clientId: 999 }], ['A107201', 'BAD_REQUEST', { clientId: undefined }],
    ['A107202', 'FORBIDDEN', { clientId: clientOf(FOREIGN) }],
    ['A108201', 'BAD_REQUEST', { properties: [{ key: 'a', value: 'x'.repeat(65536) }] }],
    ['A108202', 'BAD_REQUEST', { clientId: clientOf(POOR), refreshToken: 'r' }, POOR],
    ['A108203', 'BAD_REQUEST', { grantType: 'IMPLICIT', refreshToken: 'r' }],
    ['A108204', 'BAD_REQUEST', { grantType: 'CLIENT_CREDENTIALS', refreshToken: 'r' }],
  ]) {
    const what = { A104202: 'mgmt-74 ', A105201: 'mgmt-75 ', A106201: 'mgmt-77 ' }[code] ?? '';
    it(`${what}${code} ${JSON.stringify(members).slice(0, 60)}`, async () => {
      assertResult(await ask('create', { ...base, ...members }, at), action, code);
    });
  }

  it('mgmt-78 A144201, A144202 a value that another token has; mgmt-50 A107203 a locked client', async () => {
    await create(silo, { accessToken: 'taken-a', refreshToken: 'taken-r' });
    assertResult(await ask('create', { ...base, accessToken: 'taken-a' }), 'BAD_REQUEST', 'A144201');
    assertResult(await ask('create', { ...base, refreshToken: 'taken-r' }), 'BAD_REQUEST', 'A144202');
    const own = mock.silo();
    await own.api(`client/lock_flag/update/${WEB}`, { clientLocked: true });
    assertResult(await own.api('auth/token/create', base), 'FORBIDDEN', 'A107203');
  });
});

describe('auth/token/create: JWT access tokens', () => {
  it('runtime-117 the jti is the opaque token, which every operation finds', async () => {
    const { accessToken, jwtAccessToken } = await create(silo, { jwtAtClaims: '{"extra":1}' }, FOREIGN);
    const claims = JSON.parse(Buffer.from(jwtAccessToken.split('.')[1], 'base64url'));
    assert.deepEqual([claims.jti, claims.extra], [accessToken, 1]);
    assert.equal((await introspect(silo, jwtAccessToken, {}, FOREIGN)).resultCode, 'A056001');
    assert.equal((await call(silo, 'DELETE', `auth/token/delete/${jwtAccessToken}`, FOREIGN)).status, 204);
    assert.equal((await introspect(silo, accessToken, {}, FOREIGN)).resultCode, 'A057302');
  });

  it('A108205 it cannot be made: no usable key, claims that are no object', async () => {
    assertResult(await ask('create', { ...base, clientId: clientOf(DOUBTFUL) }, DOUBTFUL), 'BAD_REQUEST', 'A108205');
    for (const jwtAtClaims of ['no JSON', '[]']) {
      assertResult(await ask('create', { ...base, clientId: clientOf(FOREIGN), jwtAtClaims }, FOREIGN), 'BAD_REQUEST', 'A108205');
    }
  });
});

describe('auth/token/update', () => {
  it('mgmt-79 A135001 by value, JWT, hash and id; what is absent stays', async () => {
    const made = await create(silo, { properties: [{ key: 'a', value: '1' }] });
    for (const which of [
      { accessToken: made.accessToken }, { accessToken: jwt({ jti: made.accessToken }) },
      { accessTokenHash: sha256(made.accessToken) }, { tokenId: made.tokenId },
    ]) {
      const reply = await ask('update', which);
      assertResult(reply, 'OK', 'A135001');
      const { accessToken, accessTokenExpiresAt, scopes, properties, tokenId } = reply.json;
      assert.deepEqual([accessTokenExpiresAt, scopes, tokenId], [made.expiresAt, ['read'], made.tokenId]);
      assert.deepEqual(properties.map(({ key, value }) => [key, value]), [['a', '1']]);
      assert.equal(accessToken, which.accessToken && made.accessToken);
    }
  });

  it('mgmt-82 scopes, expiry, properties, bindings, value', async () => {
    const made = await create(silo);
    const change = async (members) => (await ask('update', { accessToken: made.accessToken, ...members })).json;
    assert.deepEqual((await change({ scopes: ['write', 'nope'] })).scopes, ['write']);
    assert.equal((await change({ scopes: [] })).scopes, undefined);
    assert.equal((await change({ accessTokenExpiresAt: 0 })).accessTokenExpiresAt, made.expiresAt);
    const times = await change({ accessTokenExpiresAt: 5e12, refreshTokenExpiresAt: 6e12 });
    assert.deepEqual([times.accessTokenExpiresAt, times.refreshTokenExpiresAt], [5e12, 6e12]);
    const short = await change({ scopes: ['short'], accessTokenExpiresAtUpdatedOnScopeUpdate: true, refreshTokenExpiresAtUpdatedOnScopeUpdate: true });
    assert.ok(Math.abs(short.accessTokenExpiresAt - Date.now() - 30_000) < 15_000);
    assert.ok(Math.abs(short.refreshTokenExpiresAt - Date.now() - 60_000) < 15_000);
    assert.ok((await change({ accessTokenPersistent: true })).accessTokenExpiresAt > 1e15);
    assert.deepEqual((await change({ properties: [{ key: 'n', value: 'v' }] })).properties.map(({ key }) => key), ['n']);
    assert.equal((await change({ dpopKeyThumbprint: 'key' })).tokenType, 'DPoP');
    const renamed = await change({ accessTokenValueUpdated: true });
    assert.match(renamed.accessToken, /^[\w-]{43}$/);
    assert.equal(await exists(silo, made.accessToken), false);
    assert.equal(await exists(silo, renamed.accessToken), true);
  });

  it('mgmt-80 A134201, mgmt-81 A134202, A134203', async () => {
    const foreign = await create(silo, {}, FOREIGN);
    assertResult(await ask('update', { scopes: ['read'] }), 'BAD_REQUEST', 'A134201');
    for (const which of [{ accessToken: 'nothing' }, { accessTokenHash: sha256('nothing') }, { tokenId: '999999' }, { tokenId: 'x' }]) {
      assertResult(await ask('update', which), 'NOT_FOUND', 'A134202');
    }
    for (const which of [{ accessToken: foreign.accessToken }, { accessTokenHash: sha256(foreign.accessToken) }]) {
      assertResult(await ask('update', which), 'FORBIDDEN', 'A134203');
    }
  });

  it('loses no change when several come at once', async () => {
    const { accessToken } = await create(silo);
    const updates = [{ dpopKeyThumbprint: 'k' }, { certificateThumbprint: 'c' }, { scopes: ['write'] }, { forExternalAttachment: true }];
    const replies = await Promise.all(updates.map((members) => ask('update', { accessToken, ...members })));
    for (const reply of replies) assertResult(reply, 'OK', 'A135001');
    assert.deepEqual((await introspect(silo, accessToken)).scopes, ['write']);
  });
});

describe('auth/token/delete and revoke', () => {
  it('mgmt-83 deletes by value, hash and JWT', async () => {
    for (const of of [(token) => token, sha256, (token) => jwt({ jti: token })]) {
      const { accessToken } = await create(silo);
      const reply = await call(silo, 'DELETE', `auth/token/delete/${of(accessToken)}`);
      assert.deepEqual([reply.status, reply.text], [204, '']);
      assert.equal(await exists(silo, accessToken), false);
    }
  });

  it('mgmt-84 A161202, A161203', async () => {
    const foreign = await create(silo, {}, FOREIGN);
    assertRefused(await call(silo, 'DELETE', 'auth/token/delete/nothing'), 404, 'A161202');
    assertRefused(await call(silo, 'DELETE', `auth/token/delete/${foreign.accessToken}`), 403, 'A161203');
  });

  it('mgmt-85 A312001 by one token, mgmt-86 A313301, mgmt-87 nothing named', async () => {
    for (const [name, which] of [['accessTokenIdentifier', 'accessToken'], ['refreshTokenIdentifier', 'refreshToken']]) {
      for (const of of [(token) => token, sha256]) {
        const made = await create(silo);
        const { json } = await ask('revoke', { [name]: of(made[which]) });
        assert.deepEqual([json.resultCode, json.count], ['A312001', 1]);
        assert.equal(await exists(silo, made.accessToken), false);
      }
      assertRefused(await ask('revoke', { [name]: 'nothing' }), 404, 'A313301');
    }
    assertRefused(await ask('revoke', {}), 400, 'M000231');
  });

  it('revokes what a client has, what a user has, and what both have', async () => {
    for (const [members, dead] of [
      [{ clientIdentifier: 'web', subject: 'a' }, [0]], [{ clientIdentifier: String(WEB) }, [0, 1]],
      [{ subject: 'a' }, [0, 2]], [{ clientIdentifier: 'nobody' }, []], [{ subject: 'nobody' }, []],
    ]) {
      const own = mock.silo();
      const made = [];
      for (const [clientId, subject] of [[WEB, 'a'], [WEB, 'b'], [SPA, 'a']]) made.push(await create(own, { clientId, subject }));
      const { json } = await own.api('auth/token/revoke', members);
      assert.deepEqual([json.resultCode, json.count], ['A312001', dead.length]);
      for (const [i, { accessToken }] of made.entries()) assert.equal(await exists(own, accessToken), !dead.includes(i));
    }
  });
});

describe('auth/token/get/list', () => {
  it('lists in the order of issue; mgmt-88 nobody\'s', async () => {
    const own = mock.silo();
    const list = async (query) => (await call(own, 'GET', `auth/token/get/list?${new URLSearchParams(query)}`)).json;
    const made = [];
    for (let i = 0; i < 7; i++) made.push(await create(own, { subject: i % 2 ? 'odd' : 'even', clientId: i < 3 ? WEB : SPA, accessTokenDuration: i ? 0 : 10 }));
    const all = await list({});
    assert.deepEqual([all.start, all.end, all.totalCount, all.accessTokens.length], [0, 5, 7, 5]);
    const [first] = all.accessTokens;
    assert.deepEqual([first.accessTokenHash, first.refreshTokenHash, first.clientId, first.subject, first.grantType, first.scopes, first.lastRefreshedAt],
      [sha256(made[0].accessToken), sha256(made[0].refreshToken), WEB, 'even', 'AUTHORIZATION_CODE', ['read'], 0]);
    const web = await list({ clientIdentifier: 'web', subject: 'even', start: 1, end: 9 });
    assert.deepEqual([web.totalCount, web.accessTokens.length, web.client.clientName, web.subject], [2, 1, 'Web', 'even']);
    assert.equal((await list({ start: 5, end: 5 })).accessTokens, undefined);
    assert.equal((await list({ subject: 'nobody' })).totalCount, 0);
    assert.equal((await list({ clientIdentifier: 'nobody' })).totalCount, 0);
    await own.advance(11);
    assert.deepEqual([(await list({ tokenStatus: 'VALID' })).totalCount, (await list({ tokenStatus: 'INVALID' })).totalCount], [6, 1]);
  });

  for (const [code, query] of [
    ['A159201', 'start=x'], ['A159202', 'start=-1'], ['A159203', 'end=x'], ['A159204', 'end=-1'], ['A159205', 'start=0&end=1001'],
  ]) {
    it(`${code} ${query}`, async () => assertRefused(await call(silo, 'GET', `auth/token/get/list?${query}`), 400, code));
  }
});
