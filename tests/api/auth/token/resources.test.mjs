// Parameters "resource" of a token request (RFC 8707 section 2.2): the access token is for those alone,
// the refresh token stays for all that was granted.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startMock } from '../../../lib/mock.mjs';
import { IDS, assertError } from '../../backchannel/authentication/ciba.mjs';
import { content, make, request, tokens, verify, CIBA } from './token.mjs';

const mock = await startMock();
after(() => mock.stop());

const ONE = 'https://one.example/api';
const TWO = 'https://two.example';
const THREE = 'https://three.example';
const service = { accessTokenSignAlg: 'ES256' };
const form = (parameters, resources) => new URLSearchParams([...Object.entries(parameters), ...resources.map((uri) => ['resource', uri])]).toString();

/** A service with an auth_req_id that was granted these resources, and the poll for some. */
async function granted(...resources) {
  const ciba = await make(mock.silo(), { service });
  const parameters = form({ scope: 'openid', login_hint: 'john' }, resources);
  const { json: { ticket } } = await ciba.form('POLL', parameters);
  const { json: { authReqId } } = await ciba.api('backchannel/authentication/issue', { ticket });
  assert.equal((await ciba.complete(ticket)).json.resultCode, 'A198001');
  return { ciba, ask: (...asked) => request(ciba, form({ grant_type: CIBA, auth_req_id: authReqId }, asked)) };
}

const refreshFor = (ciba, token, ...asked) => request(ciba, form({ grant_type: 'refresh_token', refresh_token: token }, asked));
const audience = async ({ jwtAccessToken }) => (await verify(jwtAccessToken)).payload.aud;

describe('resources at the token endpoint', () => {
  it('narrow the access token, and the next one may have others', async () => {
    const { ciba, ask } = await granted(ONE, TWO);
    const first = content(await ask(TWO));
    assert.deepEqual([first.resources, first.accessTokenResources, await audience(first)], [[ONE, TWO], [TWO], [TWO]]);
    const seen = await ciba.api('auth/introspection', { token: first.accessToken, resources: [ONE] });
    assert.equal(seen.json.action, 'FORBIDDEN', seen.text);
    const next = content(await refreshFor(ciba, first.refreshToken, ONE), 'A053001');
    assert.deepEqual([next.resources, next.accessTokenResources, await audience(next)], [[ONE, TWO], [ONE], [ONE]]);
    const all = content(await refreshFor(ciba, next.refreshToken), 'A053001');
    assert.deepEqual([all.accessTokenResources, await audience(all)], [[ONE, TWO], [ONE, TWO]]);
  });

  it('may be any where none was granted', async () => {
    const { ask } = await granted();
    const got = content(await ask(ONE));
    assert.deepEqual([got.resources, got.accessTokenResources, await audience(got)], [undefined, [ONE], [ONE]]);
    assert.equal(await audience(await tokens(await make(mock.silo(), { service }))), undefined);
  });

  it('may be any where an empty list was granted', async () => {
    const ciba = await make(mock.silo(), { service });
    const made = await ciba.api('auth/token/create', { grantType: 'CIBA', clientId: IDS.POLL, subject: 'john', resources: [] });
    assert.equal(made.json.resultCode, 'A109001', made.text);
    const got = content(await refreshFor(ciba, made.json.refreshToken, ONE), 'A053001');
    assert.deepEqual([got.accessTokenResources, await audience(got)], [[ONE], [ONE]]);
  });

  for (const [code, uri] of [['A251306', 'https://a b'], ['A251307', '/api'], ['A251308', `${ONE}#part`], ['M000334', THREE]]) {
    it(`${code} ${uri}: refused, and nothing is used up`, async () => {
      const { ciba, ask } = await granted(ONE);
      assertError(await ask(ONE, uri), code, 'BAD_REQUEST', 'invalid_target');
      const { refreshToken } = content(await ask());
      assertError(await refreshFor(ciba, refreshToken, uri), code, 'BAD_REQUEST', 'invalid_target');
      content(await refreshFor(ciba, refreshToken), 'A053001');
    });
  }
});
