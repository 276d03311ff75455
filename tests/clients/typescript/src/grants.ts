// What clients may ask for, what users have granted them, and the tokens that came of it.

import assert from 'node:assert/strict';
import type { Authlete } from '@authlete/typescript-sdk';
import type { IntrospectionResponse } from '@authlete/typescript-sdk/models';
import { SERVICE, type Check } from './mock.js';

const POLL = '2884100003';
const MACHINE = '2884100007';
const of = { serviceId: SERVICE, clientId: POLL };
/** The subject stands in the path and in the query, as the published document has it. */
const JOHN = { subjectPathParameter: 'john', subjectQueryParameter: 'john' };

/** John's access token of a poll, with the scopes openid and read. */
async function token(authlete: Authlete): Promise<string> {
  const credentials = { clientId: POLL, clientSecret: 'mock-client-secret-ciba-poll' };
  const { ticket = '' } = await authlete.ciba.processAuthentication({
    serviceId: SERVICE, backchannelAuthenticationRequest: { parameters: 'scope=openid+read&login_hint=john', ...credentials },
  });
  const { authReqId } = await authlete.ciba.issue({ serviceId: SERVICE, backchannelAuthenticationIssueRequest: { ticket } });
  await authlete.ciba.complete({
    serviceId: SERVICE, backchannelAuthenticationCompleteRequest: { ticket, subject: 'john', result: 'AUTHORIZED' },
  });
  const answer = await authlete.token.process({
    serviceId: SERVICE,
    tokenRequest: { parameters: `grant_type=urn:openid:params:grant-type:ciba&auth_req_id=${authReqId}`, ...credentials },
  });
  assert.equal(answer.action, 'OK', answer.resultMessage);
  return answer.accessToken ?? '';
}

const introspect = (authlete: Authlete, value = ''): Promise<IntrospectionResponse> =>
  authlete.introspection.process({ serviceId: SERVICE, introspectionRequest: { token: value } });

export const checks: Record<string, Check> = {
  async 'requestable-scopes'(silo) {
    const { management } = silo.authlete().client;
    const set = await management.updateRequestableScopes({
      ...of, clientExtensionRequestableScopesUpdateRequest: { requestableScopes: ['openid'] },
    });
    assert.deepEqual(set.requestableScopes, ['openid']);
    assert.deepEqual((await management.getRequestableScopes(of)).requestableScopes, ['openid']);
    await management.deleteRequestableScopes(of);
    assert.deepEqual((await management.getRequestableScopes(of)).requestableScopes, []);
  },

  async 'granted-scopes'(silo) {
    const authlete = silo.authlete();
    await token(authlete);
    const { management } = authlete.client;
    await management.getGrantedScopes({ ...of, ...JOHN }); // the SDK's type of the answer lacks the scopes
    await management.deleteGrantedScopes({ ...of, ...JOHN });
  },

  async authorizations(silo) {
    const authlete = silo.authlete();
    const value = await token(authlete);
    const { management } = authlete.client;
    const list = await management.listAuthorizations({ serviceId: SERVICE, ...JOHN });
    assert.equal(list.totalCount, 1);
    assert.equal(String(list.clients?.[0]?.clientId), POLL);
    await management.updateAuthorizations({ ...of, clientAuthorizationUpdateRequest: { subject: 'john', scopes: ['openid'] } });
    assert.deepEqual((await introspect(authlete, value)).scopes, ['openid']);
    await management.deleteAuthorizations({ ...of, ...JOHN });
    assert.equal((await introspect(authlete, value)).action, 'UNAUTHORIZED');
    assert.equal((await management.listAuthorizations({ serviceId: SERVICE, ...JOHN })).totalCount, 0);
  },

  async 'token-management'(silo) {
    const authlete = silo.authlete();
    const { management } = authlete.token;
    const machine = await management.create({
      serviceId: SERVICE, tokenCreateRequest: {
        grantType: 'CLIENT_CREDENTIALS', clientId: Number(MACHINE), scopes: ['write'], properties: [{ key: 'k=1', value: '<v>' }],
      },
    });
    assert.equal(machine.action, 'OK', machine.resultMessage);
    assert.equal(machine.tokenType, 'Bearer');
    assert.deepEqual((await introspect(authlete, machine.accessToken)).properties?.map(({ value }) => value), ['<v>']);
    const user = await management.create({
      serviceId: SERVICE, tokenCreateRequest: { grantType: 'CIBA', clientId: Number(POLL), subject: 'jane', scopes: ['read'] },
    });

    assert.equal((await management.list({ serviceId: SERVICE })).totalCount, 2);
    const list = await management.list({ serviceId: SERVICE, clientIdentifier: POLL, subject: 'jane' });
    assert.equal(list.totalCount, 1);
    assert.deepEqual(list.accessTokens?.[0]?.scopes, ['read']);

    const updated = await management.update({
      serviceId: SERVICE, tokenUpdateRequest: { accessToken: machine.accessToken ?? '', scopes: ['read', 'write'] },
    });
    assert.equal(updated.action, 'OK', updated.resultMessage);
    assert.deepEqual((await introspect(authlete, machine.accessToken)).scopes, ['read', 'write']);

    const revoked = await management.revoke({ serviceId: SERVICE, tokenRevokeRequest: { subject: 'jane', clientIdentifier: POLL } });
    assert.equal(revoked.count, 1);
    assert.equal((await introspect(authlete, user.accessToken)).action, 'UNAUTHORIZED');
    await management.delete({ serviceId: SERVICE, accessTokenIdentifier: machine.accessToken ?? '' });
    assert.equal((await introspect(authlete, machine.accessToken)).action, 'UNAUTHORIZED');
    assert.equal((await management.list({ serviceId: SERVICE })).totalCount, 0);
  },
};
