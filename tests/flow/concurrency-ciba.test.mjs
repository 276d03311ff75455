// Single-use things wanted by many at once: one gets each, the others get their code, nobody a 500.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { SERVICE, TOKEN, startMock } from '../lib/mock.mjs';

const mock = await startMock({ args: ['--threads', '4'] });
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
after(() => { agent.destroy(); return mock.stop(); });

const SIDE_BY_SIDE = 24;
const ROUNDS = 4;
const CLIENTS = { poll: '2884100003', ping: '2884100004', push: '2884100005' };
const GRANT = 'urn:openid:params:grant-type:ciba';

const times = (work, count = SIDE_BY_SIDE) => Promise.all(Array.from({ length: count }, (_, i) => work(i)));
const form = (params) => new URLSearchParams(params).toString();

async function send(silo, operation, json) {
  const reply = await silo.call('POST', `/api/${SERVICE}/${operation}`, {
    agent, headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' }, body: JSON.stringify(json),
  });
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
}

const asClient = (silo, mode, operation, params) => send(silo, operation, {
  parameters: form(params), clientId: CLIENTS[mode], clientSecret: `mock-client-secret-ciba-${mode}`,
});

async function open(silo, mode) {
  const { ticket, resultMessage } = await asClient(silo, mode, 'backchannel/authentication', {
    scope: 'openid', login_hint: 'john', user_code: '1234', client_notification_token: 'a-token',
  });
  assert.ok(ticket, resultMessage);
  return ticket;
}

async function issued(silo, mode) {
  const ticket = await open(silo, mode);
  const { authReqId } = await send(silo, 'backchannel/authentication/issue', { ticket });
  return { ticket, authReqId };
}

async function authorized(silo, mode = 'poll') {
  const { ticket, authReqId } = await issued(silo, mode);
  await complete(silo, ticket);
  return authReqId;
}

const complete = (silo, ticket, result = 'AUTHORIZED') =>
  send(silo, 'backchannel/authentication/complete', { ticket, result, subject: 'john' });
const poll = (silo, authReqId, mode = 'poll') =>
  asClient(silo, mode, 'auth/token', { grant_type: GRANT, auth_req_id: authReqId });
const refresh = (silo, refreshToken) =>
  asClient(silo, 'poll', 'auth/token', { grant_type: 'refresh_token', refresh_token: refreshToken });

/** Exactly one reply has the winner's code; the others have one of the losers'. */
function oneWins(replies, winner, losers) {
  const won = replies.filter(({ resultCode }) => resultCode === winner);
  const codes = replies.map(({ resultCode }) => resultCode);
  assert.equal(won.length, 1, codes.join(' '));
  for (const code of codes) assert.ok(code === winner || losers.includes(code), `${code} of ${codes.join(' ')}`);
  return won[0];
}

async function tokens(silo) {
  const reply = await silo.call('GET', `/api/${SERVICE}/auth/token/get/list?end=1000`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  assert.equal(reply.status, 200, reply.text);
  return reply.json.totalCount;
}

async function rounds(work) {
  for (let i = 0; i < ROUNDS; i++) {
    const silo = mock.silo();
    await work(silo);
    await silo.drop();
  }
}

test('ciba-40 issue: one auth_req_id', () => rounds(async (silo) => {
  const ticket = await open(silo, 'poll');
  const replies = await times(() => send(silo, 'backchannel/authentication/issue', { ticket }));
  const { authReqId } = oneWins(replies, 'A183001', ['A181205']);
  await complete(silo, ticket);
  assert.equal((await poll(silo, authReqId)).action, 'OK');
}));

test('complete: one result, and it stands', () => rounds(async (silo) => {
  const { ticket, authReqId } = await issued(silo, 'poll');
  const results = ['AUTHORIZED', 'ACCESS_DENIED', 'TRANSACTION_FAILED'];
  const replies = await times((i) => complete(silo, ticket, results[i % 3]));
  const codes = replies.map(({ resultCode }) => resultCode).filter((code) => /^A198/.test(code));
  assert.equal(codes.length, 1, codes.join(' '));
  const { resultMessage } = oneWins(replies, codes[0], ['A196203', 'A196201']);
  const polled = await poll(silo, authReqId);
  if (codes[0] === 'A198001') assert.equal(polled.action, 'OK');
  else assert.equal(JSON.parse(polled.responseContent).error, /ACCESS_DENIED/.test(resultMessage) ? 'access_denied' : 'expired_token');
}));

test('complete of push: one set of tokens', () => rounds(async (silo) => {
  const { ticket } = await issued(silo, 'push');
  oneWins(await times(() => complete(silo, ticket)), 'A198003', ['A196201', 'A196203', 'A186202']);
  assert.equal(await tokens(silo), 1);
}));

test('ciba-77 polls: one gets the tokens', () => rounds(async (silo) => {
  const authReqId = await authorized(silo);
  const replies = await times(() => poll(silo, authReqId));
  const { accessToken } = oneWins(replies, 'A200002', ['A200310', 'A200304']);
  for (const { action, responseContent } of replies.filter(({ accessToken: token }) => !token)) {
    assert.equal(action, 'BAD_REQUEST');
    assert.equal(JSON.parse(responseContent).error, 'invalid_grant');
  }
  assert.equal(await tokens(silo), 1);
  assert.equal((await send(silo, 'auth/introspection', { token: accessToken })).action, 'OK');
}));

test('refresh: one new pair', () => rounds(async (silo) => {
  const { refreshToken } = await poll(silo, await authorized(silo));
  const replies = await times(() => refresh(silo, refreshToken));
  const winners = replies.filter(({ action }) => action === 'OK');
  assert.equal(winners.length, 1, replies.map(({ resultCode }) => resultCode).join(' '));
  for (const { action, responseContent } of replies.filter(({ action: other }) => other !== 'OK')) {
    assert.equal(action, 'BAD_REQUEST');
    assert.equal(JSON.parse(responseContent).error, 'invalid_grant');
  }
  assert.equal(await tokens(silo), 1);
  assert.equal((await refresh(silo, winners[0].refreshToken)).action, 'OK');
}));

test('poll against fail: tokens or nothing', () => rounds(async (silo) => {
  const { ticket, authReqId } = await issued(silo, 'ping');
  await complete(silo, ticket);
  const replies = await times((i) => (i % 2 ? poll(silo, authReqId, 'ping')
    : send(silo, 'backchannel/authentication/fail', { ticket, reason: 'SERVER_ERROR' })));
  const got = replies.filter(({ resultCode }) => resultCode === 'A200002').length;
  assert.ok(got <= 1);
  assert.equal(await tokens(silo), got);
}));

test('many journeys side by side do not touch each other', async () => {
  const silo = mock.silo();
  const all = await times(async (i) => {
    const { ticket, authReqId } = await issued(silo, 'poll');
    assert.equal((await poll(silo, authReqId)).resultCode, 'A200308');
    await send(silo, 'backchannel/authentication/complete', { ticket, result: 'AUTHORIZED', subject: `user-${i}` });
    const first = await poll(silo, authReqId);
    assert.equal(first.subject, `user-${i}`);
    const { accessToken } = await refresh(silo, first.refreshToken);
    const { subject } = await send(silo, 'auth/introspection', { token: accessToken });
    assert.equal(subject, `user-${i}`);
    return accessToken;
  }, 60);
  assert.equal(new Set(all).size, 60);
  assert.equal(await tokens(silo), 60);
});
