// What tests say about replies and tickets, in one place.

import assert from 'node:assert/strict';
import { SERVICE } from './mock.mjs';

export const FAIL = 'backchannel/authentication/fail';
export const M_CODE = /^M\d{6}$/;

/** The nine reasons and what each becomes. */
export const REASONS = {
  ACCESS_DENIED: { action: 'FORBIDDEN', error: 'access_denied' },
  EXPIRED_LOGIN_HINT_TOKEN: { action: 'BAD_REQUEST', error: 'expired_login_hint_token' },
  INVALID_BINDING_MESSAGE: { action: 'BAD_REQUEST', error: 'invalid_binding_message' },
  INVALID_TARGET: { action: 'BAD_REQUEST', error: 'invalid_target' },
  INVALID_USER_CODE: { action: 'BAD_REQUEST', error: 'invalid_user_code' },
  MISSING_USER_CODE: { action: 'BAD_REQUEST', error: 'missing_user_code' },
  SERVER_ERROR: { action: 'INTERNAL_SERVER_ERROR', error: 'server_error' },
  UNAUTHORIZED_CLIENT: { action: 'BAD_REQUEST', error: 'unauthorized_client' },
  UNKNOWN_USER_ID: { action: 'BAD_REQUEST', error: 'unknown_user_id' },
};

/** A processed fail call: exactly this action and these bytes of responseContent. */
export function assertFailed(reply, action, responseContent) {
  assert.equal(reply.status, 200, reply.text);
  assert.match(reply.headers['content-type'], /^application\/json\b/);
  const { resultMessage, ...rest } = reply.json;
  assert.deepEqual(rest, { resultCode: 'A185001', action, responseContent });
  assertMessage('A185001', resultMessage);
}

/** A refused call: status, code (a pattern for M-codes), a message that says why, nothing else. */
export function assertRefused(reply, status, code, says = /./) {
  assert.equal(reply.status, status, reply.text);
  assert.match(reply.headers['content-type'], /^application\/json\b/);
  assert.deepEqual(Object.keys(reply.json), ['resultCode', 'resultMessage'], reply.text);
  const { resultCode, resultMessage } = reply.json;
  if (code instanceof RegExp) assert.match(resultCode, code, resultMessage);
  else assert.equal(resultCode, code, resultMessage);
  assertMessage(resultCode, resultMessage);
  for (const pattern of [says].flat()) assert.match(resultMessage, pattern);
}

function assertMessage(code, message) {
  const start = `[${code}] `;
  assert.ok(message.startsWith(start) && message.length > start.length + 8, `a message of its own: ${message}`);
}

const path = (service, ticket) =>
  `/services/${service}/tickets${ticket === undefined ? '' : `/${encodeURIComponent(ticket)}`}`;

/** Makes a ticket and gives its name. */
export async function newTicket(mock, members = {}, service = SERVICE) {
  const reply = await mock.admin('POST', path(service), members);
  assert.equal(reply.status, 201, reply.text);
  return reply.json.ticket;
}

/** Makes N tickets and gives their names. */
export async function newTickets(mock, count, service = SERVICE) {
  const reply = await mock.admin('POST', path(service), { count });
  assert.equal(reply.status, 201, reply.text);
  assert.equal(reply.json.tickets.length, count);
  return reply.json.tickets;
}

/** What the control operation shows of a ticket, null when there is none. */
export async function showTicket(mock, ticket, service = SERVICE) {
  const reply = await mock.admin('GET', path(service, ticket));
  if (reply.status === 404) return null;
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
}

export const hasTicket = async (mock, ticket, service) => await showTicket(mock, ticket, service) !== null;

/** The names of all tickets of a service, sorted. */
export async function listTickets(mock, service = SERVICE) {
  const names = [];
  let total;
  do { // at most 20,000 come at once
    const reply = await mock.admin('GET', `${path(service)}?start=${names.length}&end=${names.length + 20_000}`);
    assert.equal(reply.status, 200, reply.text);
    total = reply.json.totalCount;
    names.push(...reply.json.tickets.map(({ ticket }) => ticket));
    assert.ok(reply.json.tickets.length > 0 || names.length === total, 'the list ends before its totalCount');
  } while (names.length < total);
  return names.sort();
}

/** Waits until the condition holds; says what it waited for when it never does. */
export async function until(condition, what, milliseconds = 10_000) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) assert.fail(`waited ${milliseconds} ms in vain: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
}
