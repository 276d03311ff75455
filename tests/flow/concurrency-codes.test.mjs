// The codes that only losers of a race get: two calls must have read a thing before either has taken it.
// Signatures of 4096 bits lie between the two, some ten milliseconds. Each call has a connection of its own
// and comes a little after the one before, so that a thread takes it which is not busy with that; each test
// tries until two have met, and fails if they never do.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { startMock } from '../lib/mock.mjs';
import { Ciba, IDS, SECRET } from '../api/backchannel/authentication/ciba.mjs';

const mock = await startMock({ args: ['--threads', '8'] });
after(() => mock.stop());

const SIDE_BY_SIDE = 4;
const ROUNDS = 200;
const jwk = generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey.export({ format: 'jwk' });
const ciba = await Ciba.make(mock.silo(), {
  service: { jwks: JSON.stringify({ keys: [{ ...jwk, use: 'sig' }] }), idTokenSignatureKeyId: undefined, accessTokenSignAlg: 'RS256' },
  clients: { idTokenSignAlg: 'RS256' },
});

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
const send = (operation, body) => ciba.silo.call('POST', `/api/${ciba.id}/${operation}`, {
  agent: false, headers: { Authorization: `Bearer ${ciba.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body),
});
const request = (parameters) => send('auth/token', {
  parameters: new URLSearchParams(parameters).toString(), clientId: String(IDS.POLL), clientSecret: SECRET,
});
const poll = (authReqId) => request({ grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: authReqId });

async function authorized() {
  const { ticket, authReqId } = await ciba.issued('POLL');
  assert.equal((await ciba.complete(ticket)).json.resultCode, 'A198001');
  return authReqId;
}

describe('many at once: one wins, and the others are told', () => {
  for (const { code, what, winner, late, prepare, call } of [
    {
      code: 'A196201', what: 'complete, in push mode', winner: 'A198003', late: 'A186202',
      prepare: async () => (await ciba.issued('PUSH')).ticket,
      call: (ticket) => send('backchannel/authentication/complete', { ticket, result: 'AUTHORIZED', subject: 'john' }),
    },
    { code: 'A200310', what: 'a poll', winner: 'A200002', late: 'A200304', prepare: authorized, call: poll },
    {
      code: 'A053310', what: 'a refresh', winner: 'A053001', late: 'A053305',
      prepare: async () => (await poll(await authorized())).json.refreshToken,
      call: (token) => request({ grant_type: 'refresh_token', refresh_token: token }),
    },
  ]) {
    it(`${code} ${what}`, async () => {
      let met = false;
      for (let round = 0; round < ROUNDS && !met; round++) {
        const thing = await prepare();
        const replies = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, i) => pause(2 * i).then(() => call(thing))));
        const codes = replies.map(({ json }) => json.resultCode);
        assert.equal(codes.filter((one) => one === winner).length, 1, codes.join());
        assert.ok(codes.every((one) => [winner, code, late].includes(one)), codes.join());
        met = codes.includes(code);
      }
      assert.ok(met, `${ROUNDS} rounds, and no two calls met`);
    });
  }
});
