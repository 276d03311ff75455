// The CIBA grant: cases ciba-17 and ciba-69 to ciba-77, and each of its codes.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL } from '../../../lib/check.mjs';
import { startMock } from '../../../lib/mock.mjs';
import { assertAnswer, assertError, IDS } from '../../backchannel/authentication/ciba.mjs';
import { CIBA, content, make, OPAQUE, poll, refresh, request, tokens } from './token.mjs';

const mock = await startMock();
after(() => mock.stop());

describe('the CIBA grant', () => {
  it('ciba-69: answers authorization_pending for as long as nobody has decided', async () => {
    const ciba = await make(mock.silo());
    const { authReqId } = await ciba.issued();
    for (let i = 0; i < 3; i++) assertError(await poll(ciba, authReqId), 'A200308', 'BAD_REQUEST', 'authorization_pending');
  });

  it('sdk-3 names the method of authentication as the enumeration does', async () => {
    const ciba = await make(mock.silo());
    const { ticket, authReqId } = await ciba.issued();
    await ciba.complete(ticket);
    assert.equal((await poll(ciba, authReqId)).json.clientAuthMethod, 'CLIENT_SECRET_BASIC');
  });

  it('ciba-70: gives tokens once', async () => {
    const ciba = await make(mock.silo());
    const { ticket, authReqId } = await ciba.issued('POLL', { scope: 'openid read' });
    await ciba.complete(ticket);
    const got = content(await poll(ciba, authReqId));
    assert.deepEqual(Object.keys(got.content),
      ['access_token', 'token_type', 'expires_in', 'scope', 'refresh_token', 'id_token']);
    assert.match(got.accessToken, OPAQUE);
    assert.match(got.refreshToken, OPAQUE);
    const { access_token: access, refresh_token: again, id_token: id } = got.content;
    assert.deepEqual([access, again, id], [got.accessToken, got.refreshToken, got.idToken]);
    assert.equal(got.content.token_type, 'Bearer');
    assert.equal(got.content.scope, 'openid read');
    assert.deepEqual(got.scopes, ['openid', 'read']);
    assert.equal(got.grantType, 'CIBA');
    assert.equal(got.clientId, IDS.POLL);
    assert.equal(got.subject, 'john');
    assert.equal(got.content.expires_in, got.accessTokenDuration);
    assert.equal(got.refreshTokenExpiresAt - got.accessTokenExpiresAt, (got.refreshTokenDuration - got.accessTokenDuration) * 1000);
    assertError(await poll(ciba, authReqId), 'A200304', 'BAD_REQUEST', 'invalid_grant');
  });

  it('ciba-70: gives a pinged client its tokens too', async () => {
    const ciba = await make(mock.silo());
    assert.match((await tokens(ciba, { mode: 'PING' })).accessToken, OPAQUE);
  });

  for (const [result, error] of [['ACCESS_DENIED', 'access_denied'], ['TRANSACTION_FAILED', 'expired_token']]) {
    it(`ciba-71: answers ${error} after ${result}, each time`, async () => {
      const ciba = await make(mock.silo());
      const { ticket, authReqId } = await ciba.issued();
      await ciba.complete(ticket, { result });
      for (let i = 0; i < 2; i++) assertError(await poll(ciba, authReqId), 'A200001', 'BAD_REQUEST', error);
    });
    it(`ciba-71: passes on the words that complete has for ${result}`, async () => {
      const ciba = await make(mock.silo());
      const { ticket, authReqId } = await ciba.issued();
      await ciba.complete(ticket, { result, errorDescription: 'No.', errorUri: 'https://as.example/no' });
      assertAnswer(await poll(ciba, authReqId), 'A200001', 'BAD_REQUEST',
        { error, error_description: 'No.', error_uri: 'https://as.example/no' });
    });
  }

  it('ciba-72: refuses another client, and the right one still gets its tokens', async () => {
    const ciba = await make(mock.silo());
    const { ticket, authReqId } = await ciba.issued();
    await ciba.complete(ticket);
    assertError(await poll(ciba, authReqId, { client: IDS.PING }), 'A200305', 'BAD_REQUEST', 'invalid_grant');
    content(await poll(ciba, authReqId));
  });

  it('ciba-73: answers expired_token from the moment it expires, decided or not', async () => {
    const silo = mock.silo();
    const ciba = await make(silo);
    const { json: { now } } = await silo.admin('GET', '/clock');
    await silo.admin('PUT', '/clock', { now, frozen: true });
    const [waiting, authorized] = [await ciba.issued(), await ciba.issued()];
    await ciba.complete(authorized.ticket);
    await silo.advance(599);
    assertError(await poll(ciba, waiting.authReqId), 'A200308', 'BAD_REQUEST', 'authorization_pending');
    await silo.advance(1);
    for (let i = 0; i < 2; i++) {
      for (const { authReqId } of [waiting, authorized]) {
        assertError(await poll(ciba, authReqId), 'A200307', 'BAD_REQUEST', 'expired_token');
      }
      await silo.advance(3600);
    }
  });

  it('ciba-74: wants one auth_req_id that exists', async () => {
    const ciba = await make(mock.silo());
    const { authReqId } = await ciba.issued();
    const refused = async (parameters, code, error = 'invalid_request') =>
      assertError(await request(ciba, parameters), code, 'BAD_REQUEST', error);
    await refused({ grant_type: CIBA, auth_req_id: 'bogus' }, 'A200304', 'invalid_grant');
    await refused({ grant_type: CIBA }, 'A200301');
    await refused({ grant_type: CIBA, auth_req_id: '' }, 'A200302');
    await refused(`grant_type=${CIBA}&auth_req_id=${authReqId}&auth_req_id=${authReqId}`, 'A200303');
    const other = await make(ciba.silo);
    assertError(await poll(other, authReqId), 'A200304', 'BAD_REQUEST', 'invalid_grant');
  });

  it('ciba-75: refuses a client that is in push mode', async () => {
    const ciba = await make(mock.silo());
    const { authReqId } = await ciba.issued('PUSH');
    assertError(await poll(ciba, authReqId, { client: IDS.PUSH }), 'A200306', 'BAD_REQUEST', 'unauthorized_client');
  });

  it('ciba-76: lets a client poll as often as it likes', async () => {
    const ciba = await make(mock.silo());
    const { authReqId } = await ciba.issued();
    const [one, two] = await Promise.all([poll(ciba, authReqId), poll(ciba, authReqId)]);
    for (const reply of [one, two]) assertError(reply, 'A200308', 'BAD_REQUEST', 'authorization_pending');
  });

  it('ciba-77: decides a race for exactly one', async () => {
    const ciba = await make(mock.silo());
    const { ticket, authReqId } = await ciba.issued();
    await ciba.complete(ticket);
    const replies = await Promise.all(Array.from({ length: 16 }, () => poll(ciba, authReqId)));
    const codes = replies.map(({ json }) => json.resultCode);
    assert.equal(codes.filter((code) => code === 'A200002').length, 1, codes.join());
    for (const reply of replies) {
      const { resultCode: code } = reply.json;
      if (code === 'A200002') continue;
      assert.ok(['A200304', 'A200310'].includes(code), reply.text);
      assertError(reply, code, 'BAD_REQUEST', 'invalid_grant');
    }
  });

  it('ciba-17: leaves tokens alone when the ticket fails after them', async () => {
    const ciba = await make(mock.silo());
    const { ticket, authReqId } = await ciba.issued();
    await ciba.complete(ticket);
    const { refreshToken, accessToken } = content(await poll(ciba, authReqId));
    const reply = await ciba.api(FAIL, { ticket, reason: 'ACCESS_DENIED' });
    assert.equal(reply.json.resultCode, 'A185001');
    const { json } = await ciba.api('auth/introspection', { token: accessToken });
    assert.equal(json.resultCode, 'A056001', json.resultMessage);
    content(await refresh(ciba, refreshToken), 'A053001');
  });

  it('refuses an unsigned ID token', async () => {
    const ciba = await make(mock.silo());
    const { ticket, authReqId } = await ciba.issued();
    await ciba.complete(ticket);
    const { json: client } = await ciba.silo.call('GET', `/api/${ciba.id}/client/get/${IDS.POLL}`,
      { headers: { Authorization: `Bearer ${ciba.token}` } });
    const reply = await ciba.api(`client/update/${IDS.POLL}`, { ...client, idTokenSignAlg: 'NONE' });
    assert.equal(reply.status, 200, reply.text);
    assertError(await poll(ciba, authReqId), 'A200309', 'BAD_REQUEST', 'invalid_request');
  });

  it('refuses properties that are too big together', async () => {
    const ciba = await make(mock.silo());
    const { ticket, authReqId } = await ciba.issued();
    await ciba.complete(ticket);
    const properties = [{ key: 'big', value: 'x'.repeat(65_536) }];
    assertError(await poll(ciba, authReqId, { properties }), 'A200201', 'INTERNAL_SERVER_ERROR', 'server_error');
  });

  it('refuses an access token of the caller\'s choice that is in use', async () => {
    const ciba = await make(mock.silo());
    const { accessToken } = await tokens(ciba, { members: { accessToken: 'chosen' } });
    assert.equal(accessToken, 'chosen');
    const { ticket, authReqId } = await ciba.issued();
    await ciba.complete(ticket);
    assertError(await poll(ciba, authReqId, { accessToken: 'chosen' }), 'A200103', 'INTERNAL_SERVER_ERROR', 'server_error');
    content(await poll(ciba, authReqId)); // the failed one took nothing
  });

  it('gives no refresh token where service or client have no such grant', async () => {
    for (const members of [{ service: { supportedGrantTypes: ['CIBA'] } }, { clients: { grantTypes: ['CIBA'] } }]) {
      const got = await tokens(await make(mock.silo(), members));
      assert.ok(!('refreshToken' in got) && !('refresh_token' in got.content), got.reply.text);
      assert.equal(got.refreshTokenDuration, 0);
    }
  });
});

describe('--ciba-slow-down', () => {
  it('ciba-76: tells who polls within the interval to slow down', async () => {
    const strict = await startMock({ args: ['--ciba-slow-down'] });
    after(() => strict.stop());
    const silo = strict.silo();
    const ciba = await make(silo);
    const { json: { now } } = await silo.admin('GET', '/clock');
    await silo.admin('PUT', '/clock', { now, frozen: true });
    const { ticket, authReqId } = await ciba.issued();
    assertError(await poll(ciba, authReqId), 'A200308', 'BAD_REQUEST', 'authorization_pending'); // never the first
    await silo.advance(4);
    const reply = await poll(ciba, authReqId);
    assertError(reply, 'M000333', 'BAD_REQUEST', 'slow_down');
    assert.match(reply.headers['x-mock-hint'], /ciba-slow-down/);
    await silo.advance(5);
    assertError(await poll(ciba, authReqId), 'A200308', 'BAD_REQUEST', 'authorization_pending');
    await ciba.complete(ticket);
    content(await poll(ciba, authReqId)); // nothing to wait for any more
  });
});
