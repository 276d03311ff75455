// Refusals, as the users of the SDK read them: a ResultError for the statuses that an operation's
// published document names, an AuthleteDefaultError with the body as it came for all others.

import assert from 'node:assert/strict';
import { AuthleteDefaultError, ResultError } from '@authlete/typescript-sdk/models/errors';
import { fail } from './fail.js';
import { ORGANIZATION_TOKEN, SERVICE, type Check } from './mock.js';

interface Body { resultCode?: string | undefined; resultMessage?: string | undefined }

function bodyOf(error: unknown, type: typeof ResultError | typeof AuthleteDefaultError): Body {
  assert.ok(error instanceof type, String(error));
  return error instanceof ResultError ? error : JSON.parse(error.body) as Body;
}

/** The message of the refusal, whose status and code are these. */
async function refused(call: Promise<unknown>, status: number, code: string,
  type: typeof ResultError | typeof AuthleteDefaultError = ResultError): Promise<string> {
  const error = await call.then(() => assert.fail('it was not refused'), (reason: unknown) => reason);
  const { resultCode, resultMessage = '' } = bodyOf(error, type);
  assert.equal((error as ResultError).statusCode, status);
  assert.equal(resultCode, code);
  assert.ok(resultMessage.startsWith(`[${code}] `), resultMessage);
  assert.ok((error as ResultError).headers.get('X-Mock-Hint'));
  return resultMessage;
}

const BODY = { ticket: 'mock-ticket-1', reason: 'ACCESS_DENIED' } as const;

export const checks: Record<string, Check> = {
  async 'error-401'(silo) {
    await refused(fail(silo.authlete({ bearer: 'nobody' }), BODY), 401, 'A458101');
    assert.ok(await silo.hasTicket(BODY.ticket));
  },

  async 'error-403'(silo) {
    const other = await silo.authlete({ bearer: ORGANIZATION_TOKEN }).service.create({ serviceName: 'Other' });
    await refused(fail(silo.authlete(), BODY, String(other.apiKey)), 403, 'A457101');
    await refused(fail(silo.authlete(), BODY, '12345'), 403, 'A457101');
    assert.ok(await silo.hasTicket(BODY.ticket));
  },

  async 'error-400'(silo) {
    const redirectUris = ['https://client.example.com/cb#part'];
    const message = await refused(silo.authlete().client.create({ serviceId: SERVICE, client: { redirectUris } }), 400, 'A031210');
    assert.match(message, /redirectUris/);
  },

  async 'error-404'(silo) {
    await refused(silo.authlete().client.get({ serviceId: SERVICE, clientId: '1' }), 404, 'A001212', AuthleteDefaultError);
  },

  async 'error-501'(silo) {
    const call = silo.authlete().hardwareSecurityKeys.list({ serviceId: SERVICE });
    const message = await refused(call, 501, 'M000102', AuthleteDefaultError);
    assert.match(message, /hsk\/get\/list/);
  },
};
