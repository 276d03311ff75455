// The official SDK runs against the mock unchanged.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Authlete } from '@authlete/typescript-sdk';
import { ResultError } from '@authlete/typescript-sdk/models/errors';
import { REASONS, hasTicket, newTicket } from '../lib/check.mjs';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN, startMock } from '../lib/mock.mjs';

const mock = await startMock({ args: ['--service', '77:token-of-77'] });
after(() => mock.stop());
const strict = await startMock({ args: ['--mode', 'strict'] });
after(() => strict.stop());

function fail(body, { server = mock, bearer = TOKEN, serviceId = SERVICE } = {}) {
  const authlete = new Authlete({ serverURL: server.url, bearer });
  return authlete.ciba.fail({ serviceId, backchannelAuthenticationFailRequest: body });
}

describe('ciba.fail', () => {
  for (const [reason, { action, error }] of Object.entries(REASONS)) {
    it(reason, async () => {
      const ticket = await newTicket(mock);
      const answer = await fail({ ticket, reason, errorDescription: 'Not today "ü"', errorUri: 'https://as.example/e' });
      assert.equal(answer.resultCode, 'A185001');
      assert.match(answer.resultMessage, /^\[A185001\] /);
      assert.equal(answer.action, action);
      assert.equal(answer.responseContent,
        `{"error":"${error}","error_description":"Not today \\"ü\\"","error_uri":"https://as.example/e"}`);
      assert.equal(await hasTicket(mock, ticket), false);
    });
  }

  it('with an organization token', async () => {
    const ticket = await newTicket(mock);
    const answer = await fail({ ticket, reason: 'ACCESS_DENIED' }, { bearer: ORGANIZATION_TOKEN });
    assert.equal(answer.action, 'FORBIDDEN');
    assert.equal(await hasTicket(mock, ticket), false);
  });

  it('the same through the base URL with a slash', async () => {
    const authlete = new Authlete({ serverURL: `${mock.url}/`, bearer: TOKEN });
    const answer = await authlete.ciba.fail({
      serviceId: SERVICE, backchannelAuthenticationFailRequest: { ticket: 'none', reason: 'SERVER_ERROR' },
    });
    assert.equal(answer.action, 'INTERNAL_SERVER_ERROR');
  });
});

describe('refusals arrive as ResultError', () => {
  for (const [what, status, code, options, body = {}] of [
    ['an unknown token', 401, /^A458101$/, { bearer: 'nobody' }],
    ['a token of another service', 403, /^A457101$/, { bearer: 'token-of-77' }],
    ['an unknown service', 403, /^A457101$/, { serviceId: '12345' }],
    ['what strict mode refuses', 400, /^M\d{6}$/, { server: strict }, { errorDescription: 'a "b"' }],
  ]) {
    it(`${status}: ${what}`, async () => {
      const server = options.server ?? mock;
      const ticket = await newTicket(server);
      const error = await fail({ ticket, reason: 'ACCESS_DENIED', ...body }, options).then(() => assert.fail('accepted'), (e) => e);
      assert.ok(error instanceof ResultError, String(error));
      assert.equal(error.statusCode, status);
      assert.match(error.resultCode, code);
      assert.ok(error.resultMessage.startsWith(`[${error.resultCode}] `), error.resultMessage);
      assert.ok(await hasTicket(server, ticket));
    });
  }
});
