import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { newTicket } from '../../../lib/check.mjs';
import { startMock } from '../../../lib/mock.mjs';
import { COMPLETE, Ciba, IDS, ISSUE, NOTIFICATION_TOKEN, assertAnswer } from './ciba.mjs';

const mock = await startMock();
after(() => mock.stop());
const silo = mock.silo();
const ciba = await Ciba.make(silo);
const DENIED = { result: 'ACCESS_DENIED', subject: undefined };
const FAILED = { result: 'TRANSACTION_FAILED', subject: undefined };

describe('poll and ping', () => {
  for (const [members, code, result] of [
    [{}, 'A198001', 'AUTHORIZED'], [DENIED, 'A198002', 'ACCESS_DENIED'], [FAILED, 'A198002', 'TRANSACTION_FAILED'],
  ]) {
    it(`ciba-64 poll, ${result}`, async () => {
      const { ticket, authReqId } = await ciba.issued('POLL');
      const reply = await ciba.complete(ticket, members);
      assertAnswer(reply, code, 'NO_ACTION');
      assert.ok(reply.json.resultMessage.includes(`(mode = poll, result = ${result})`));
      const { resultCode, resultMessage, action, ...rest } = reply.json;
      assert.deepEqual(rest, {
        clientId: IDS.POLL, clientIdAlias: String(IDS.POLL), clientIdAliasUsed: false, clientName: 'CIBA POLL',
        clientEntityIdUsed: false, metadataDocumentUsed: false, deliveryMode: 'POLL', authReqId,
        accessTokenDuration: 0, refreshTokenDuration: 0, idTokenDuration: 0,
      });
    });

    it(`ciba-65 ping, ${result}`, async () => {
      const { ticket, authReqId } = await ciba.issued('PING');
      const reply = await ciba.complete(ticket, members);
      assertAnswer(reply, code, 'NOTIFICATION', { auth_req_id: authReqId });
      assert.ok(reply.json.resultMessage.includes(`(mode = ping, result = ${result})`));
      assert.equal(reply.json.clientNotificationEndpoint, 'https://client.example/ciba');
      assert.equal(reply.json.clientNotificationToken, NOTIFICATION_TOKEN);
      assert.equal(reply.json.accessToken, undefined);
    });
  }

  it('resources come back', async () => {
    const { ticket } = await ciba.issued('POLL', { resource: 'https://rs.example' });
    assert.deepEqual((await ciba.complete(ticket)).json.resources, ['https://rs.example']);
  });
});

describe('push', () => {
  for (const [members, error] of [[DENIED, 'access_denied'], [FAILED, 'expired_token']]) {
    it(`ciba-67 ${members.result}`, async () => {
      for (const [given, wanted] of [
        [{}, {}],
        [{ errorDescription: 'No "way"', errorUri: 'https://as.example/e' }, { error_description: 'No "way"', error_uri: 'https://as.example/e' }],
        [{ errorDescription: '', errorUri: 'e' }, { error_uri: 'e' }],
      ]) {
        const { ticket, authReqId } = await ciba.issued('PUSH');
        const reply = await ciba.complete(ticket, { ...members, ...given });
        assertAnswer(reply, 'A198004', 'NOTIFICATION', { auth_req_id: authReqId, error, ...wanted });
        assert.ok(reply.json.resultMessage.includes(`(mode = push, result = ${members.result})`));
        assert.equal(reply.json.clientNotificationToken, NOTIFICATION_TOKEN);
        assert.equal((await ciba.complete(ticket)).json.resultCode, 'A186202');
        assert.equal((await ciba.api(ISSUE, { ticket })).json.resultCode, 'A181201');
      }
    });
  }

  it('ciba-66 AUTHORIZED: the tokens, and the end of the row', async () => {
    const { ticket, authReqId } = await ciba.issued('PUSH');
    const reply = await ciba.complete(ticket);
    assertAnswer(reply, 'A198003', 'NOTIFICATION');
    const content = JSON.parse(reply.json.responseContent);
    const { accessToken, refreshToken, idToken } = reply.json;
    assert.equal(Object.keys(content)[0], 'auth_req_id');
    assert.equal(content.auth_req_id, authReqId);
    assert.equal(content.access_token, accessToken);
    assert.equal(content.refresh_token, refreshToken);
    assert.equal(content.id_token, idToken);
    assert.equal(content.expires_in, reply.json.accessTokenDuration);
    assert.ok(accessToken && refreshToken && idToken);
    assert.ok(reply.json.refreshTokenDuration > 0 && reply.json.idTokenDuration > 0);
    const claims = JSON.parse(Buffer.from(idToken.split('.')[1], 'base64url'));
    assert.equal(claims['urn:openid:params:jwt:claim:auth_req_id'], authReqId);
    assert.ok(claims.at_hash && claims['urn:openid:params:jwt:claim:rt_hash']);
    assert.equal((await ciba.complete(ticket)).json.resultCode, 'A186202');
    assert.equal((await ciba.api(ISSUE, { ticket })).json.resultCode, 'A181201');
    const late = await ciba.poll(authReqId, { client: IDS.PUSH });
    assert.equal(late.json.resultCode, 'A200304', late.text);
  });

  it('the caller\'s choice: access token, durations, scopes without openid', async () => {
    const { ticket } = await ciba.issued('PUSH', { scope: 'openid read' });
    const chosen = `chosen-${process.pid}`;
    const members = { accessToken: chosen, accessTokenDuration: 60, refreshTokenDuration: 120, scopes: ['read'] };
    const reply = await ciba.complete(ticket, members);
    assertAnswer(reply, 'A198003', 'NOTIFICATION');
    const { accessToken, accessTokenDuration, refreshTokenDuration, idToken, idTokenDuration } = reply.json;
    assert.deepEqual([accessToken, accessTokenDuration, refreshTokenDuration, idToken, idTokenDuration], [chosen, 60, 120, undefined, 0]);
    const again = await ciba.issued('PUSH');
    const taken = await ciba.complete(again.ticket, { accessToken: chosen });
    assertAnswer(taken, 'A197102', 'NOTIFICATION');
    assertAnswer(await ciba.complete(again.ticket), 'A198003', 'NOTIFICATION');
  });

  it('ciba-68, A197301, A196101, A196205: tokens that cannot be made', async () => {
    for (const [code, options] of [
      ['A197301', { clients: { idTokenSignAlg: 'NONE' } }],
      ['A196101', { service: { jwks: undefined } }],
      ['A196205', { service: { accessTokenSignAlg: 'PS256' } }],
    ]) {
      const own = await Ciba.make(silo, options);
      const { ticket, authReqId } = await own.issued('PUSH');
      const reply = await own.complete(ticket);
      assertAnswer(reply, code, 'NOTIFICATION');
      const content = JSON.parse(reply.json.responseContent);
      assert.deepEqual([content.auth_req_id, content.error], [authReqId, 'server_error']);
      assert.equal((await own.complete(ticket)).json.resultCode, code, 'the row is as it was');
    }
  });

  it('poll, many at once: the first result stands', async () => {
    for (let round = 0; round < 5; round++) {
      const { ticket } = await ciba.issued();
      const replies = await Promise.all(Array.from({ length: 16 }, (_, i) => ciba.complete(ticket, i % 2 ? DENIED : {})));
      const codes = replies.map(({ json }) => json.resultCode).filter((code) => code !== 'A196203');
      assert.equal(codes.length, 1, codes.join());
      assert.match(codes[0], /^A19800[12]$/);
    }
  });
});

describe('what is wrong', () => {
  it('ciba-59 an unknown ticket, none, and another service\'s', async () => {
    assertAnswer(await ciba.complete('bogus'), 'A186202', 'SERVER_ERROR');
    for (const ticket of [undefined, null, '']) assertAnswer(await ciba.complete(ticket), 'A186201', 'SERVER_ERROR');
    const other = await Ciba.make(silo);
    const { ticket } = await ciba.issued();
    assertAnswer(await other.complete(ticket), 'A186203', 'SERVER_ERROR');
    assertAnswer(await ciba.complete(ticket), 'A198001', 'NO_ACTION');
  });

  for (const mode of ['POLL', 'PING', 'PUSH']) {
    it(`ciba-60 before issue, ${mode}`, async () => {
      assertAnswer(await ciba.complete(await ciba.open(mode)), 'A196204', 'SERVER_ERROR');
      assertAnswer(await ciba.complete(await ciba.open(mode), { result: undefined }), 'A187201', 'SERVER_ERROR');
    });

    it(`expired, ${mode}`, async () => {
      const own = await Ciba.make(mock.silo());
      const { ticket } = await own.issued(mode);
      await own.silo.advance(600);
      assertAnswer(await own.complete(ticket), 'A196202', 'SERVER_ERROR');
      assertAnswer(await own.complete(ticket), 'A186202', 'SERVER_ERROR');
    });
  }

  it('ciba-61 twice: the first result stands', async () => {
    const { ticket, authReqId } = await ciba.issued();
    assertAnswer(await ciba.complete(ticket, DENIED), 'A198002', 'NO_ACTION');
    assertAnswer(await ciba.complete(ticket), 'A196203', 'SERVER_ERROR');
    const reply = await ciba.poll(authReqId);
    assert.equal(JSON.parse(reply.json.responseContent).error, 'access_denied');
  });

  const refusals = [
    ['ciba-62', 'A187201', { result: undefined }], ['ciba-62', 'A187201', { result: '' }],
    ['ciba-62 ciba-68', 'A188201', { subject: undefined }], ['ciba-62', 'A188201', { subject: '' }],
    ['ciba-63', 'A188202', { subject: 'x'.repeat(101) }], ['ciba-63', 'A188203', { subject: 'jöhn' }],
    ['sub', 'A189202', { sub: 'jöhn' }],
    ['claims', 'A190201', { claims: '{' }], ['claims', 'A190201', { claims: '[]' }],
    ['properties', 'A191201', { properties: [{ key: 'k', value: 'x'.repeat(65_536) }] }],
    ['errorUri', 'A193203', { ...DENIED, errorUri: 'https://ü.example' }],
    ['acr', 'A194202', { acr: 'ü' }], ['authTime', 'A195201', { authTime: -1 }],
    ['idtHeaderParams', 'A256201', { idtHeaderParams: '"x"' }], ['jwtAtClaims', 'A196205', { jwtAtClaims: 'x' }],
  ];
  for (const [name, code, members] of refusals) {
    it(`${name} ${code}: each mode hears it in its way, and the row stays as it is`, async () => {
      for (const mode of ['POLL', 'PING', 'PUSH']) {
        const { ticket, authReqId } = await ciba.issued(mode);
        const reply = await ciba.complete(ticket, members);
        assertAnswer(reply, code, mode === 'POLL' ? 'SERVER_ERROR' : 'NOTIFICATION');
        if (mode === 'POLL') assert.equal(reply.json.responseContent, undefined);
        if (mode === 'PING') assert.equal(reply.json.responseContent, `{"auth_req_id":"${authReqId}"}`);
        if (mode === 'PUSH') {
          const { error_description: description, ...content } = JSON.parse(reply.json.responseContent);
          assert.deepEqual(content, { auth_req_id: authReqId, error: 'server_error', error_uri: `https://docs.authlete.com/#${code}` });
          assert.ok(description.startsWith(`[${code}] `));
          assert.equal(reply.json.clientNotificationToken, NOTIFICATION_TOKEN);
        }
        assert.match((await ciba.complete(ticket, DENIED)).json.resultCode, /^A19800[24]$/);
      }
    });
  }

  it('what is at its limit passes', async () => {
    const deep = `${'{"a":'.repeat(63)}{}${'}'.repeat(63)}`;
    const { ticket } = await ciba.issued();
    assertAnswer(await ciba.complete(ticket, {
      subject: 'x'.repeat(100), sub: 's', claims: deep, idtHeaderParams: deep, jwtAtClaims: deep, authTime: 0, acr: '', accessTokenDuration: -1,
      properties: [{ key: 'k', value: 'v', hidden: true }], consentedClaims: ['name'], errorUri: 'ü',
    }), 'A198001', 'NO_ACTION');
  });

  it('ciba-62 a denial with a subject that would not do', async () => {
    const { ticket } = await ciba.issued();
    assertAnswer(await ciba.complete(ticket, { result: 'ACCESS_DENIED', subject: 'ü'.repeat(200) }), 'A198002', 'NO_ACTION');
  });

  it('an unknown result is no member of the enumeration', async () => {
    const { ticket } = await ciba.issued();
    const reply = await ciba.complete(ticket, { result: 'authorized' });
    assert.deepEqual([reply.status, reply.json.resultCode], [400, 'A126202']);
  });
});

describe('tickets of seeds and control calls', () => {
  it('A199301 of no client, or of one that does not exist', async () => {
    for (const members of [{}, { clientId: 999 }]) {
      const ticket = await newTicket(silo, members, ciba.id);
      assert.equal((await ciba.api(ISSUE, { ticket })).json.resultCode, 'A183001');
      assertAnswer(await ciba.complete(ticket), 'A199301', 'SERVER_ERROR');
    }
  });

  it('of a client: in its mode', async () => {
    for (const [mode, id] of Object.entries(IDS)) {
      const ticket = await newTicket(silo, { clientId: id }, ciba.id);
      const { json: { authReqId } } = await ciba.api(ISSUE, { ticket });
      const reply = await ciba.api(COMPLETE, { ticket, ...DENIED });
      assert.equal(reply.json.deliveryMode, mode);
      assert.equal(reply.json.resultCode, mode === 'PUSH' ? 'A198004' : 'A198002');
      assert.equal(reply.json.authReqId, authReqId);
    }
  });
});

describe('consent', () => {
  it('is remembered when the user agrees, and only then', async () => {
    const own = await Ciba.make(silo);
    const granted = async () => {
      const reply = await silo.call('GET', `/api/${own.id}/client/granted_scopes/get/${IDS.POLL}?subject=john`, {
        headers: { Authorization: `Bearer ${own.token}` },
      });
      return reply.json;
    };
    await own.complete((await own.issued('POLL', { scope: 'openid email' })).ticket, DENIED);
    assert.equal((await granted()).resultCode, 'A139001');
    await own.complete((await own.issued('POLL', { scope: 'openid email' })).ticket);
    await own.complete((await own.issued('POLL', { scope: 'openid read' })).ticket);
    const { latestGrantedScopes, mergedGrantedScopes } = await granted();
    assert.deepEqual(latestGrantedScopes, ['openid', 'read']);
    assert.deepEqual([...mergedGrantedScopes].sort(), ['email', 'openid', 'read']);
  });
});

