// The refresh_token grant: rotation, lifetimes, scopes, races, and each of its codes.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startMock } from '../../../lib/mock.mjs';
import { assertError, IDS } from '../../backchannel/authentication/ciba.mjs';
import { content, make, OPAQUE, refresh, request, tokens } from './token.mjs';

const mock = await startMock();
after(() => mock.stop());

const DAY = 86_400;
const refreshed = (reply, action) => content(reply, 'A053001', action);
const refused = (reply, code, error = 'invalid_grant') => assertError(reply, code, 'BAD_REQUEST', error);

/** A service whose clock stands still, with the tokens of one journey. */
async function start(service, { params = { scope: 'openid read' }, ...rest } = {}, clients = {}) {
  const silo = mock.silo();
  const { json: { now } } = await silo.admin('GET', '/clock');
  await silo.admin('PUT', '/clock', { now, frozen: true });
  const ciba = await make(silo, { service, clients });
  return { ciba, silo, first: await tokens(ciba, { params, ...rest }) };
}

const active = async (ciba, token) => (await ciba.api('auth/introspection', { token })).json.resultCode === 'A056001';

describe('the refresh_token grant', () => {
  it('replaces both tokens, and the old ones are dead', async () => {
    const { ciba, silo, first } = await start({ refreshTokenDuration: 10 * DAY });
    await silo.advance(DAY / 2);
    const next = refreshed(await refresh(ciba, first.refreshToken));
    assert.match(next.accessToken, OPAQUE);
    assert.notEqual(next.accessToken, first.accessToken);
    assert.notEqual(next.refreshToken, first.refreshToken);
    assert.equal(next.refreshTokenDuration, 10 * DAY);
    assert.equal(next.refreshTokenExpiresAt, first.refreshTokenExpiresAt + DAY / 2 * 1000);
    assert.equal(next.grantType, 'REFRESH_TOKEN');
    assert.equal(next.subject, 'john');
    assert.ok(!('idToken' in next) && !('id_token' in next.content), next.reply.text);
    assert.equal(await active(ciba, first.accessToken), false);
    assert.equal(await active(ciba, next.accessToken), true);
    refused(await refresh(ciba, first.refreshToken), 'A053305');
    refreshed(await refresh(ciba, next.refreshToken));
  });

  it('keeps the expiry with refreshTokenDurationKept', async () => {
    const { ciba, silo, first } = await start({ refreshTokenDurationKept: true });
    await silo.advance(100);
    const next = refreshed(await refresh(ciba, first.refreshToken));
    assert.notEqual(next.refreshToken, first.refreshToken);
    assert.equal(next.refreshTokenExpiresAt, first.refreshTokenExpiresAt);
    assert.equal(next.refreshTokenDuration, first.refreshTokenDuration - 100);
  });

  it('keeps token and expiry with refreshTokenKept', async () => {
    const { ciba, silo, first } = await start({ refreshTokenKept: true });
    await silo.advance(100);
    const next = refreshed(await refresh(ciba, first.refreshToken));
    assert.equal(next.refreshToken, first.refreshToken);
    assert.equal(next.refreshTokenExpiresAt, first.refreshTokenExpiresAt);
    assert.notEqual(next.accessToken, first.accessToken);
    refreshed(await refresh(ciba, first.refreshToken));
  });

  it('restarts the expiry of a kept token with refreshTokenDurationReset', async () => {
    const { ciba, silo, first } = await start({ refreshTokenKept: true, refreshTokenDurationReset: true });
    await silo.advance(100);
    const next = refreshed(await refresh(ciba, first.refreshToken));
    assert.equal(next.refreshToken, first.refreshToken);
    assert.equal(next.refreshTokenExpiresAt, first.refreshTokenExpiresAt + 100_000);
  });

  it('gives the same new token for the old one within ten seconds with refreshTokenIdempotent', async () => {
    const { ciba, silo, first } = await start({ refreshTokenIdempotent: true });
    const next = refreshed(await refresh(ciba, first.refreshToken));
    assert.ok(!next.previousRefreshTokenUsed);
    await silo.advance(9);
    const again = refreshed(await refresh(ciba, first.refreshToken));
    assert.equal(again.refreshToken, next.refreshToken);
    assert.equal(again.refreshTokenExpiresAt, next.refreshTokenExpiresAt);
    assert.equal(again.previousRefreshTokenUsed, true);
    assert.notEqual(again.accessToken, next.accessToken);
    assert.equal(await active(ciba, next.accessToken), false);
    await silo.advance(1); // from the first time, not from the last
    refused(await refresh(ciba, first.refreshToken), 'A053305');
    const third = refreshed(await refresh(ciba, next.refreshToken));
    assert.notEqual(third.refreshToken, next.refreshToken);
    refused(await refresh(ciba, first.refreshToken), 'A053305');
    assert.equal(refreshed(await refresh(ciba, next.refreshToken)).refreshToken, third.refreshToken);
  });

  it('ends the access token with the refresh token with tokenExpirationLinked', async () => {
    const { first } = await start({ tokenExpirationLinked: true, accessTokenDuration: DAY, refreshTokenDuration: 60 });
    assert.equal(first.accessTokenExpiresAt, first.refreshTokenExpiresAt);
    assert.equal(first.content.expires_in, 60);
  });

  it('narrows the access token and keeps what the refresh token covers', async () => {
    const { ciba, first } = await start({});
    const narrow = refreshed(await refresh(ciba, first.refreshToken, { scope: 'read' }));
    assert.equal(narrow.content.scope, 'read');
    assert.deepEqual(narrow.scopes, ['read']);
    assert.deepEqual(narrow.refreshTokenScopes, ['openid', 'read']);
    const wide = refreshed(await refresh(ciba, narrow.refreshToken));
    assert.deepEqual(wide.scopes, ['openid', 'read']);
    refused(await refresh(ciba, wide.refreshToken, { scope: 'read email' }), 'A053309', 'invalid_scope');
    refreshed(await refresh(ciba, wide.refreshToken)); // the refused one took nothing
  });

  it('drops openid without offline_access where the service says so', async () => {
    const { ciba, first } = await start({ openidDroppedOnRefreshWithoutOfflineAccess: true });
    assert.deepEqual(refreshed(await refresh(ciba, first.refreshToken)).scopes, ['read']);
  });

  it('lets the ID token be reissued where the service says so', async () => {
    const { ciba, first } = await start({ idTokenReissuable: true });
    const next = refreshed(await refresh(ciba, first.refreshToken), 'ID_TOKEN_REISSUABLE');
    refreshed(await refresh(ciba, next.refreshToken, { scope: 'read' }), 'OK');
  });

  it('merges properties, the later of a key wins', async () => {
    const { ciba, first } = await start({}, { completed: { properties: [{ key: 'a', value: '1' }, { key: 'b', value: '2' }] } });
    const next = refreshed(await refresh(ciba, first.refreshToken, { properties: [{ key: 'b', value: '3', hidden: true }] }));
    assert.equal(next.content.a, '1');
    assert.ok(!('b' in next.content));
    assert.deepEqual(next.properties.map(({ key, value }) => [key, value]), [['a', '1'], ['b', '3']]);
    const properties = [{ key: 'big', value: 'x'.repeat(65_536) }];
    assertError(await refresh(ciba, next.refreshToken, { properties }), 'A053201', 'INTERNAL_SERVER_ERROR', 'server_error');
  });

  it('wants one refresh_token that exists, of this client', async () => {
    const { ciba, first } = await start({});
    const bad = async (parameters, code) => refused(await request(ciba, parameters), code, 'invalid_request');
    await bad('grant_type=refresh_token', 'A053301');
    await bad('grant_type=refresh_token&refresh_token=', 'A053302');
    await bad('grant_type=refresh_token&refresh_token=a&refresh_token=b', 'A053303');
    await bad(`grant_type=refresh_token&refresh_token=${first.refreshToken}&scope=read&scope=openid`, 'A053304');
    refused(await refresh(ciba, 'bogus'), 'A053305');
    refused(await refresh(ciba, first.accessToken), 'A053305');
    refused(await refresh(await make(ciba.silo), first.refreshToken), 'A053305');
    refused(await refresh(ciba, first.refreshToken, { client: IDS.PING }), 'A053307');
    refreshed(await refresh(ciba, first.refreshToken));
  });

  it('refuses one that has expired', async () => {
    const { ciba, silo, first } = await start({ refreshTokenDuration: 60 });
    await silo.advance(60);
    refused(await refresh(ciba, first.refreshToken), 'A053308');
  });

  it('decides a race for exactly one', async () => {
    const { ciba, first } = await start({});
    const replies = await Promise.all(Array.from({ length: 16 }, () => refresh(ciba, first.refreshToken)));
    const codes = replies.map(({ json }) => json.resultCode);
    assert.equal(codes.filter((code) => code === 'A053001').length, 1, codes.join());
    assert.ok(codes.every((code) => ['A053001', 'A053305', 'A053310'].includes(code)), codes.join());
  });

  it('refuses an access token of the caller\'s choice that is in use', async () => {
    const { ciba, first } = await start({});
    const other = await tokens(ciba);
    const reply = await refresh(ciba, first.refreshToken, { accessToken: other.accessToken });
    assertError(reply, 'A053101', 'INTERNAL_SERVER_ERROR', 'server_error');
    refreshed(await refresh(ciba, first.refreshToken));
  });

  it('takes durations of the call before those of the settings', async () => {
    const { ciba, first } = await start({ accessTokenDuration: 100, refreshTokenDuration: 200 },
      { members: { accessTokenDuration: 7, refreshTokenDuration: 8 } });
    assert.deepEqual([first.accessTokenDuration, first.refreshTokenDuration], [7, 8]);
    const next = refreshed(await refresh(ciba, first.refreshToken));
    assert.deepEqual([next.accessTokenDuration, next.refreshTokenDuration], [100, 200]);
  });
});
