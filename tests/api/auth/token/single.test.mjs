// singleAccessTokenPerSubject: wherever a token is made for a user, those that the client had of that user before end.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { startMock } from '../../../lib/mock.mjs';
import { IDS } from '../../backchannel/authentication/ciba.mjs';
import { content, make, refresh, tokens } from './token.mjs';

const mock = await startMock();
after(() => mock.stop());

const SETTINGS = [
  ['service', { service: { singleAccessTokenPerSubject: true } }],
  ['client', { clients: { singleAccessTokenPerSubject: true } }],
];

const introspect = async (ciba, token) => (await ciba.api('auth/introspection', { token })).json;
const existent = (ciba, made) => Promise.all(made.map(async (token) => (await introspect(ciba, token)).existent));

/** A token that auth/token/create makes, without a refresh token where the grant type gives none. */
async function create(ciba, members) {
  const { json } = await ciba.api('auth/token/create', { grantType: 'AUTHORIZATION_CODE', clientId: IDS.POLL, subject: 'john', ...members });
  assert.equal(json.resultCode, 'A109001', JSON.stringify(json));
  return json;
}

async function push(ciba, subject = 'john') {
  const { ticket } = await ciba.issued('PUSH');
  const { json } = await ciba.complete(ticket, { subject });
  assert.equal(json.resultCode, 'A198003', JSON.stringify(json));
  return json;
}

for (const [where, members] of SETTINGS) {
  describe(`singleAccessTokenPerSubject of the ${where}`, () => {
    it('runtime-114 at the token endpoint', async () => {
      const ciba = await make(mock.silo(), members);
      const one = await tokens(ciba);
      const other = await tokens(ciba, { completed: { subject: 'jane' } });
      const pinged = await tokens(ciba, { mode: 'PING' });
      const two = await tokens(ciba);
      assert.deepEqual(await existent(ciba, [one, two, other, pinged].map(({ accessToken }) => accessToken)), [false, true, true, true]);
      assert.equal((await refresh(ciba, one.refreshToken)).json.resultCode, 'A053305');
    });

    it('when a push is completed', async () => {
      const ciba = await make(mock.silo(), members);
      const one = await push(ciba);
      const other = await push(ciba, 'jane');
      const polled = await tokens(ciba);
      const two = await push(ciba);
      assert.deepEqual(await existent(ciba, [one, two, other, polled].map(({ accessToken }) => accessToken)), [false, true, true, true]);
      assert.equal((await refresh(ciba, one.refreshToken, { client: IDS.PUSH })).json.resultCode, 'A053305');
    });

    it('at auth/token/create, but not for client credentials', async () => {
      const service = { ...members.service, supportedGrantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CIBA', 'CLIENT_CREDENTIALS'] };
      const ciba = await make(mock.silo(), { ...members, service });
      const one = await create(ciba);
      const other = await create(ciba, { subject: 'jane' });
      const of = await create(ciba, { clientId: IDS.PING });
      await create(ciba, { grantType: 'CLIENT_CREDENTIALS' });
      await create(ciba, { grantType: 'CLIENT_CREDENTIALS', subject: undefined });
      assert.deepEqual(await existent(ciba, [one, other, of].map(({ accessToken }) => accessToken)), [true, true, true]);
      const two = await create(ciba);
      assert.deepEqual(await existent(ciba, [one, two, other, of].map(({ accessToken }) => accessToken)), [false, true, true, true]);
      assert.equal((await refresh(ciba, one.refreshToken)).json.resultCode, 'A053305');
    });
  });
}

describe('singleAccessTokenPerSubject', () => {
  const [[, members]] = SETTINGS;

  it('ends nothing when the token is not made', async () => {
    const ciba = await make(mock.silo(), members);
    const other = await create(ciba, { subject: 'jane' });
    const one = await create(ciba);
    const { json } = await ciba.api('auth/token/create', {
      grantType: 'AUTHORIZATION_CODE', clientId: IDS.POLL, subject: 'john', accessToken: other.accessToken,
    });
    assert.equal(json.resultCode, 'A144201', JSON.stringify(json));
    const { ticket } = await ciba.issued('PUSH');
    const pushed = await push(ciba);
    const refused = await ciba.complete(ticket, { accessToken: other.accessToken });
    assert.equal(refused.json.resultCode, 'A197102', refused.text);
    assert.deepEqual(await existent(ciba, [one, other, pushed].map(({ accessToken }) => accessToken)), [true, true, true]);
  });

  it('is not for refreshing: that replaces the one token alone', async () => {
    const ciba = await make(mock.silo(), {});
    const [one, two] = [await tokens(ciba), await tokens(ciba)];
    const read = async (path) => (await ciba.silo.call('GET', `/api/${ciba.id}/${path}`, { headers: { Authorization: `Bearer ${ciba.token}` } })).json;
    await ciba.api('service/update', { ...await read('service/get'), singleAccessTokenPerSubject: true });
    const next = content(await refresh(ciba, one.refreshToken), 'A053001');
    assert.deepEqual(await existent(ciba, [one, next, two].map(({ accessToken }) => accessToken)), [false, true, true]);
  });
});
