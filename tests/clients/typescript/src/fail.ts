// backchannel/authentication/fail.

import assert from 'node:assert/strict';
import type { Authlete } from '@authlete/typescript-sdk';
import {
  BackchannelAuthenticationFailRequestReason as Reason,
  BackchannelAuthenticationFailResponseAction as Action,
  type BackchannelAuthenticationFailRequest,
  type BackchannelAuthenticationFailResponse,
} from '@authlete/typescript-sdk/models';
import { ORGANIZATION_TOKEN, SERVICE, type Check } from './mock.js';

export function fail(authlete: Authlete, body: BackchannelAuthenticationFailRequest,
  serviceId = SERVICE): Promise<BackchannelAuthenticationFailResponse> {
  return authlete.ciba.fail({ serviceId, backchannelAuthenticationFailRequest: body });
}

/** What each reason means to the client, checked by the compiler to be complete. */
const ACTIONS: Record<Reason, Action> = {
  ACCESS_DENIED: Action.Forbidden,
  EXPIRED_LOGIN_HINT_TOKEN: Action.BadRequest,
  INVALID_BINDING_MESSAGE: Action.BadRequest,
  INVALID_TARGET: Action.BadRequest,
  INVALID_USER_CODE: Action.BadRequest,
  MISSING_USER_CODE: Action.BadRequest,
  SERVER_ERROR: Action.InternalServerError,
  UNAUTHORIZED_CLIENT: Action.BadRequest,
  UNKNOWN_USER_ID: Action.BadRequest,
};

export const checks: Record<string, Check> = {
  async 'fail-reasons'(silo) {
    const reasons = Object.values(Reason);
    assert.equal(reasons.length, 9);
    for (const [index, reason] of reasons.entries()) {
      const ticket = `mock-ticket-${index + 1}`;
      assert.ok(await silo.hasTicket(ticket));
      const answer = await fail(silo.authlete(), {
        ticket, reason, errorDescription: 'Not today.', errorUri: 'https://as.example.com/e',
      });
      assert.equal(answer.resultCode, 'A185001');
      assert.match(answer.resultMessage ?? '', /^\[A185001\] /);
      assert.equal(answer.action, ACTIONS[reason]);
      assert.equal(answer.responseContent, `{"error":"${reason.toLowerCase()}",`
        + '"error_description":"Not today.","error_uri":"https://as.example.com/e"}');
      assert.ok(!await silo.hasTicket(ticket));
    }
  },

  /** The types demand both members; an empty ticket is none. */
  async 'fail-defaults'(silo) {
    const answer = await fail(silo.authlete(), { ticket: '', reason: Reason.ServerError });
    assert.equal(answer.resultCode, 'A185001');
    assert.equal(answer.action, Action.InternalServerError);
    assert.equal(answer.responseContent, '{"error":"server_error"}');
    assert.ok(await silo.hasTicket('mock-ticket-1'));
  },

  async 'fail-text'(silo) {
    const errorDescription = '"a=b&c" <d> \'e\' \\ ü € 😀';
    const errorUri = 'https://as.example.com/e?a=b&c=%20d';
    const answer = await fail(silo.authlete(), { ticket: 'mock-ticket-1', reason: Reason.AccessDenied, errorDescription, errorUri });
    assert.equal(answer.action, Action.Forbidden);
    assert.deepEqual(JSON.parse(answer.responseContent ?? ''), {
      error: 'access_denied', error_description: errorDescription, error_uri: errorUri,
    });
    assert.ok(!await silo.hasTicket('mock-ticket-1'));
  },

  async 'fail-as-organization'(silo) {
    const answer = await fail(silo.authlete({ bearer: ORGANIZATION_TOKEN }), { ticket: 'mock-ticket-1', reason: Reason.AccessDenied });
    assert.equal(answer.action, Action.Forbidden);
    assert.ok(!await silo.hasTicket('mock-ticket-1'));
  },

  async 'base-url-with-a-slash'(silo) {
    const authlete = silo.authlete({ serverURL: `${silo.url}/` });
    await fail(authlete, { ticket: 'mock-ticket-1', reason: Reason.ServerError });
    assert.ok(!await silo.hasTicket('mock-ticket-1'));
  },
};
