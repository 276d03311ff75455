import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { newTicket } from '../../../lib/check.mjs';
import { SERVICE, startMock } from '../../../lib/mock.mjs';
import { Ciba, ISSUE, assertAnswer, assertError } from './ciba.mjs';

const mock = await startMock();
after(() => mock.stop());
const silo = mock.silo();
const ciba = await Ciba.make(silo);
const issue = (ticket, on = ciba) => on.api(ISSUE, { ticket });
const refused = (reply, code) => assertError(reply, code, 'INVALID_TICKET', 'server_error');

it('gives the auth_req_id, once', async () => {
  const reply = await issue(await ciba.open());
  const { authReqId } = reply.json;
  assert.match(authReqId, /^[A-Za-z0-9_-]{43}$/);
  assertAnswer(reply, 'A183001', 'OK', { auth_req_id: authReqId, expires_in: 600, interval: 5 });
  assert.equal(reply.json.responseContent, `{"auth_req_id":"${authReqId}","expires_in":600,"interval":5}`);
  assert.deepEqual([reply.json.expiresIn, reply.json.interval], [600, 5]);
});

it('ciba-55 an unknown ticket', async () => {
  refused(await issue('bogus'), 'A181201');
  const ticket = await ciba.open();
  for (const text of [` ${ticket}`, `${ticket}\0x`, ticket.slice(1)]) refused(await issue(text), 'A181201');
  assertAnswer(await issue(ticket), 'A183001', 'OK');
});

it('ciba-56 twice; after complete; expired', async () => {
  const own = await Ciba.make(mock.silo());
  const { ticket } = await own.issued();
  refused(await issue(ticket, own), 'A181205');
  assertAnswer(await own.complete(ticket), 'A198001', 'NO_ACTION');
  refused(await issue(ticket, own), 'A181204');
  const late = await own.open();
  await own.silo.advance(24 * 3600 - 1);
  assertAnswer(await issue(await own.open(), own), 'A183001', 'OK');
  await own.silo.advance(1);
  refused(await issue(late, own), 'A181203');
  refused(await issue(late, own), 'A181201');
});

it('ciba-57 no ticket', async () => {
  for (const body of [{}, { ticket: null }, { ticket: '' }]) {
    assertError(await ciba.api(ISSUE, body), 'A182201', 'INTERNAL_SERVER_ERROR', 'server_error');
  }
});

it('ciba-58 an interval of 0 is shown', async () => {
  const own = await Ciba.make(silo, { service: { backchannelPollingInterval: 0, backchannelAuthReqIdDuration: 30 } });
  const { json } = await issue(await own.open(), own);
  assert.deepEqual([json.interval, json.expiresIn], [0, 30]);
  assert.match(json.responseContent, /"expires_in":30,"interval":0}$/);
});

it('requested_expiry shortens, and never lengthens', async () => {
  for (const [asked, got] of [['10', 10], ['600', 600], ['601', 600]]) {
    assert.equal((await issue(await ciba.open('POLL', { requested_expiry: asked }))).json.expiresIn, got);
  }
});

it('another service\'s ticket is kept', async () => {
  const other = await Ciba.make(silo);
  const ticket = await ciba.open();
  refused(await issue(ticket, other), 'A181202');
  assertAnswer(await issue(ticket), 'A183001', 'OK');
});

it('a ticket of a seed or control call', async () => {
  const ticket = await newTicket(silo, { expiresIn: 60 });
  assertAnswer(await silo.api(ISSUE, { ticket }), 'A183001', 'OK');
  assertAnswer(await silo.api(ISSUE, { ticket: 'mock-ticket-1' }, { service: SERVICE }), 'A183001', 'OK');
});

it('ciba-40 many at once: one gets it', async () => {
  for (let round = 0; round < 5; round++) {
    const ticket = await ciba.open();
    const replies = await Promise.all(Array.from({ length: 32 }, () => issue(ticket)));
    const codes = replies.map(({ json }) => json.resultCode).sort();
    assert.deepEqual(codes, [...Array(31).fill('A181205'), 'A183001']);
  }
});

it('a form; why', async () => {
  const ticket = await ciba.open();
  const reply = await silo.call('POST', `/api/${ciba.id}/${ISSUE}`, {
    headers: { Authorization: `Bearer ${ciba.token}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `ticket=${ticket}`,
  });
  assertAnswer(reply, 'A183001', 'OK');
  await issue(ticket);
  const [{ id }] = await silo.requests({ operation: ISSUE, resultCode: 'A181205', limit: 1 });
  const { why } = (await silo.admin('GET', `/requests/${id}`)).json;
  const last = why.at(-1);
  assert.deepEqual([last.check, last.decided], ['ticket', true]);
});
