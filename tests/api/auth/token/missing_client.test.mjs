// missingClientIdAllowed: a public client may leave out its client_id where what it shows tells who it is.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startMock } from '../../../lib/mock.mjs';
import { assertError, IDS, SECRET } from '../../backchannel/authentication/ciba.mjs';
import { CIBA, content, make, poll, request } from './token.mjs';

const mock = await startMock();
after(() => mock.stop());

const PUBLIC = { clientType: 'PUBLIC', tokenAuthMethod: 'NONE', grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'] };
const ALLOWED = { service: { missingClientIdAllowed: true } };
const NAMELESS = { clientId: undefined, clientSecret: undefined };

/** A refresh token of a client of that kind. */
async function start(kind, service = ALLOWED) {
  const ciba = await make(mock.silo(), { ...service, clients: kind });
  const { json } = await ciba.api('auth/token/create', { grantType: 'AUTHORIZATION_CODE', clientId: IDS.POLL, subject: 'john', scopes: ['openid'] });
  assert.equal(json.resultCode, 'A109001', JSON.stringify(json));
  return { ciba, token: json.refreshToken, again: (members = {}, params = {}) =>
    request(ciba, { grant_type: 'refresh_token', refresh_token: json.refreshToken, ...params }, { ...NAMELESS, ...members }) };
}

describe('missingClientIdAllowed', () => {
  it('lets a public client refresh without its client_id', async () => {
    const { ciba, token, again } = await start(PUBLIC);
    const reply = content(await again(), 'A053001');
    assert.deepEqual([reply.clientId, reply.subject, reply.clientAuthMethod], [IDS.POLL, 'john', 'NONE']);
    assert.notEqual(reply.content.refresh_token, token);
    const { json } = await ciba.silo.admin('GET', `/requests/${reply.reply.headers['x-mock-request-id']}`);
    assert.ok(json.why.some(({ check, finding }) => check === 'client id' && /public client/.test(finding)), JSON.stringify(json.why));
  });

  it('is off unless the service says so', async () => {
    const { again } = await start(PUBLIC, {});
    assertError(await again(), 'A244305', 'BAD_REQUEST', 'invalid_request');
  });

  it('still holds a client to an id that it does send', async () => {
    const { again } = await start(PUBLIC);
    assertError(await again({}, { client_id: IDS.PING }), 'A053307', 'BAD_REQUEST', 'invalid_grant');
    assertError(await again({ clientId: '999' }), 'A048304', 'INVALID_CLIENT', 'invalid_client');
    assertError(await again({}, { client_id: '' }), 'A048302', 'BAD_REQUEST', 'invalid_request');
    content(await again({}, { client_id: IDS.POLL }), 'A053001');
  });

  it('refuses a public client that shows a secret', async () => {
    const { again } = await start(PUBLIC);
    assertError(await again({}, { client_secret: SECRET }), 'A157303', 'INVALID_CLIENT', 'invalid_client');
  });

  it('is not for confidential clients, whatever they prove themselves with', async () => {
    const basic = await start({});
    assertError(await basic.again(), 'A244305', 'BAD_REQUEST', 'invalid_request');
    assertError(await basic.again({ clientSecret: SECRET }), 'A244305', 'BAD_REQUEST', 'invalid_request');
    const post = await start({ tokenAuthMethod: 'CLIENT_SECRET_POST' });
    assertError(await post.again({}, { client_secret: SECRET }), 'A244305', 'BAD_REQUEST', 'invalid_request');
    content(await post.again({}, { client_secret: SECRET, client_id: IDS.POLL }), 'A053001');
  });

  it('needs a refresh token that tells the client', async () => {
    const { ciba, again } = await start(PUBLIC);
    assertError(await again({}, { refresh_token: 'unknown' }), 'A244314', 'BAD_REQUEST', 'invalid_grant');
    assertError(await again({}, { refresh_token: '' }), 'A244305', 'BAD_REQUEST', 'invalid_request');
    assertError(await request(ciba, { grant_type: 'refresh_token' }, NAMELESS), 'A244305', 'BAD_REQUEST', 'invalid_request');
    assertError(await poll(ciba, 'x', NAMELESS), 'A244305', 'BAD_REQUEST', 'invalid_request');
    assertError(await request(ciba, `grant_type=${CIBA}&refresh_token=x`, NAMELESS), 'A244305', 'BAD_REQUEST', 'invalid_request');
  });

  it('ends with the client, and while it is locked', async () => {
    const { ciba, again } = await start(PUBLIC);
    await ciba.api(`client/lock_flag/update/${IDS.POLL}`, { clientLocked: true });
    assertError(await again(), 'A048307', 'INVALID_CLIENT', 'invalid_client');
    await ciba.silo.call('DELETE', `/api/${ciba.id}/client/delete/${IDS.POLL}`, { headers: { Authorization: `Bearer ${ciba.token}` } });
    assertError(await again(), 'A244314', 'BAD_REQUEST', 'invalid_grant');
  });
});
