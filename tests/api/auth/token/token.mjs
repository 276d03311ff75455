// Token requests, and what is in the tokens.

import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { Ciba, IDS, ISSUER, KEY, SECRET } from '../../backchannel/authentication/ciba.mjs';

export const TOKEN = 'auth/token';
export const CIBA = 'urn:openid:params:grant-type:ciba';
export const OPAQUE = /^[A-Za-z0-9_-]{43}$/;

/** A service of its own on a silo; members as Ciba.make takes them. */
export const make = (silo, members) => Ciba.make(silo, members);

/** A token request with these parameters, by default of the poll client with its secret by Basic. */
export function request(ciba, parameters, { client = IDS.POLL, ...members } = {}) {
  const form = typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString();
  return ciba.api(TOKEN, { parameters: form, clientId: String(client), clientSecret: SECRET, ...members });
}

export const poll = (ciba, id, members) => request(ciba, { grant_type: CIBA, auth_req_id: id }, members);
export const refresh = (ciba, token, { scope, ...members } = {}) =>
  request(ciba, { grant_type: 'refresh_token', refresh_token: token, ...(scope === undefined ? {} : { scope }) }, members);

/** The tokens of a whole journey: the reply, with `content`, its responseContent. */
export async function tokens(ciba, { mode = 'POLL', params, completed, members } = {}) {
  const { ticket, authReqId } = await ciba.issued(mode, params);
  const done = await ciba.complete(ticket, completed);
  assert.equal(done.json.resultCode, 'A198001', done.text);
  return content(await poll(ciba, authReqId, { client: IDS[mode], ...members }));
}

/** A reply with tokens. */
export function content(reply, code = 'A200002', action = 'OK') {
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.json.resultCode, code, reply.text);
  assert.equal(reply.json.action, action, reply.text);
  return { ...reply.json, reply, content: JSON.parse(reply.json.responseContent) };
}

const { d: _, ...PUBLIC } = KEY;

/** The claims and header of a token that the service has signed; by default with its ES256 key. */
export async function verify(token, { keys = [PUBLIC], now, ...options } = {}) {
  const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet({ keys }), {
    issuer: ISSUER, ...(now ? { currentDate: new Date(now) } : {}), ...options,
  });
  return { payload, header: protectedHeader };
}

export { decodeProtectedHeader };
