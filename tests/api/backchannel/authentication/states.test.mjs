// The life of a request, cell by cell: each state against each operation.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL, hasTicket, newTicket } from '../../../lib/check.mjs';
import { startMock } from '../../../lib/mock.mjs';
import { Ciba, ISSUE, assertAnswer } from './ciba.mjs';

const mock = await startMock();
after(() => mock.stop());

const YEAR = 365 * 24 * 3600;
const DENIED = { result: 'ACCESS_DENIED' };
const FAILED = { result: 'TRANSACTION_FAILED' };

/** Brings a request into a state: { ticket, authReqId }. */
const states = {
  absent: async () => ({ ticket: 'no-such-ticket', authReqId: 'no-such-id' }),
  gone: async (ciba) => {
    const row = await ciba.issued();
    await ciba.api(FAIL, { ticket: row.ticket });
    return row;
  },
  foreign: async (ciba) => {
    const home = await Ciba.make(ciba.silo);
    return { ...await home.issued(), home };
  },
  'expired while open': async (ciba) => {
    const ticket = await ciba.open();
    await ciba.silo.advance(24 * 3600);
    return { ticket };
  },
  'expired while issued': async (ciba) => {
    const row = await ciba.issued();
    await ciba.silo.advance(600);
    return row;
  },
  'expired while authorized': async (ciba) => {
    const row = await ciba.issued();
    await ciba.complete(row.ticket);
    await ciba.silo.advance(600);
    return row;
  },
  'expired while denied': async (ciba) => {
    const row = await ciba.issued();
    await ciba.complete(row.ticket, DENIED);
    await ciba.silo.advance(600);
    return row;
  },
  'expired while failed': async (ciba) => {
    const row = await ciba.issued();
    await ciba.complete(row.ticket, FAILED);
    await ciba.silo.advance(600);
    return row;
  },
  open: async (ciba) => ({ ticket: await ciba.open() }),
  issued: (ciba) => ciba.issued(),
  authorized: async (ciba) => {
    const row = await ciba.issued();
    await ciba.complete(row.ticket);
    return row;
  },
  denied: async (ciba) => {
    const row = await ciba.issued();
    await ciba.complete(row.ticket, DENIED);
    return row;
  },
  failed: async (ciba) => {
    const row = await ciba.issued();
    await ciba.complete(row.ticket, FAILED);
    return row;
  },
};

// What each code says: action, and error for the client.
const answered = {
  A183001: ['OK'],
  A181201: ['INVALID_TICKET', 'server_error'],
  A181202: ['INVALID_TICKET', 'server_error'],
  A181203: ['INVALID_TICKET', 'server_error'],
  A181204: ['INVALID_TICKET', 'server_error'],
  A181205: ['INVALID_TICKET', 'server_error'],
  A186202: ['SERVER_ERROR'],
  A186203: ['SERVER_ERROR'],
  A196202: ['SERVER_ERROR'],
  A196203: ['SERVER_ERROR'],
  A196204: ['SERVER_ERROR'],
  A198001: ['NO_ACTION'],
  A185001: ['FORBIDDEN', 'access_denied'],
  A200001: ['BAD_REQUEST'],
  A200002: ['OK'],
  A200304: ['BAD_REQUEST', 'invalid_grant'],
  A200307: ['BAD_REQUEST', 'expired_token'],
  A200308: ['BAD_REQUEST', 'authorization_pending'],
};

// Each operation's code, and whether the row is there afterwards.
const expired = { issue: ['A181203', false], complete: ['A196202', false], token: ['A200307', true] };
const cells = {
  absent: { issue: ['A181201', false], complete: ['A186202', false], token: ['A200304', false] },
  gone: { issue: ['A181201', false], complete: ['A186202', false], token: ['A200304', false] },
  foreign: { issue: ['A181202', true], complete: ['A186203', true], token: ['A200304', true], fail: ['A185001', true] },
  'expired while open': { issue: expired.issue, complete: expired.complete },
  'expired while issued': expired,
  'expired while authorized': expired,
  'expired while denied': expired,
  'expired while failed': expired,
  open: { issue: ['A183001', true], complete: ['A196204', true] },
  issued: { issue: ['A181205', true], complete: ['A198001', true], token: ['A200308', true] },
  authorized: { issue: ['A181204', true], complete: ['A196203', true], token: ['A200002', false] },
  denied: { issue: ['A181204', true], complete: ['A196203', true], token: ['A200001', true, 'access_denied'] },
  failed: { issue: ['A181204', true], complete: ['A196203', true], token: ['A200001', true, 'expired_token'] },
};

const operations = {
  issue: (ciba, { ticket }) => ciba.api(ISSUE, { ticket }),
  complete: (ciba, { ticket }) => ciba.complete(ticket),
  token: (ciba, { authReqId }) => ciba.poll(authReqId),
  fail: (ciba, { ticket }) => ciba.api(FAIL, { ticket, reason: 'ACCESS_DENIED' }),
};

for (const [state, row] of Object.entries(cells)) {
  describe(state, () => {
    for (const [name, [code, kept, error]] of Object.entries({ fail: ['A185001', false], ...row })) {
      it(`${name}: ${code}, ${kept ? 'a row' : 'no row'} afterwards`, async () => {
        const ciba = await Ciba.make(mock.silo());
        const made = await states[state](ciba);
        const reply = await operations[name](ciba, made);
        const [action, usual] = answered[code];
        assertAnswer(reply, code, action);
        const told = error ?? usual;
        if (told) assert.equal(JSON.parse(reply.json.responseContent).error, told);
        else if (action !== 'OK') assert.equal(reply.json.responseContent, undefined);
        assert.equal(await hasTicket(ciba.silo, made.ticket, (made.home ?? ciba).id), kept);
      });
    }
  });
}

describe('what a call leaves behind', () => {
  it('ciba-12 fail, then issue', async () => {
    const ciba = await Ciba.make(mock.silo());
    const ticket = await ciba.open();
    await ciba.api(FAIL, { ticket, reason: 'UNKNOWN_USER_ID' });
    assert.equal((await ciba.api(ISSUE, { ticket })).json.resultCode, 'A181201');
  });

  it('ciba-13 fail, then complete', async () => {
    const ciba = await Ciba.make(mock.silo());
    const { ticket } = await ciba.issued();
    await ciba.api(FAIL, { ticket });
    assert.equal((await ciba.complete(ticket)).json.resultCode, 'A186202');
  });

  for (const [id, completed] of [['ciba-14', false], ['ciba-15', true]]) {
    it(`${id} ${completed ? 'complete' : 'issue'}, fail, then a token request`, async () => {
      const ciba = await Ciba.make(mock.silo());
      const { ticket, authReqId } = await ciba.issued();
      if (completed) await ciba.complete(ticket);
      await ciba.api(FAIL, { ticket });
      const reply = await ciba.poll(authReqId);
      assert.equal(reply.json.resultCode, 'A200304', reply.text);
      assert.equal(JSON.parse(reply.json.responseContent).error, 'invalid_grant');
    });
  }

  it('ciba-16 an expired ticket that is still there', async () => {
    const ciba = await Ciba.make(mock.silo());
    const { ticket } = await ciba.issued();
    await ciba.silo.advance(700);
    assert.equal(await hasTicket(ciba.silo, ticket, ciba.id), true);
    assert.equal((await ciba.api(FAIL, { ticket })).json.resultCode, 'A185001');
    assert.equal(await hasTicket(ciba.silo, ticket, ciba.id), false);
  });

  for (const [name, operation] of [['issue', operations.issue], ['complete', operations.complete]]) {
    it(`${name} deletes what has expired, and only its own service's`, async () => {
      const ciba = await Ciba.make(mock.silo());
      const { ticket } = await ciba.issued();
      await ciba.silo.advance(600);
      const other = await Ciba.make(ciba.silo);
      await operation(other, { ticket });
      assert.equal(await hasTicket(ciba.silo, ticket, ciba.id), true);
      await operation(ciba, { ticket });
      assert.equal(await hasTicket(ciba.silo, ticket, ciba.id), false);
    });
  }

  it('two services may have a ticket of one name; each finds its own', async () => {
    const one = await Ciba.make(mock.silo());
    const two = await Ciba.make(one.silo);
    const ticket = await one.open();
    await newTicket(one.silo, { ticket }, two.id);
    assert.equal((await two.api(ISSUE, { ticket })).json.resultCode, 'A183001');
    assert.equal((await one.api(ISSUE, { ticket })).json.resultCode, 'A183001');
  });

  it('a row a day after its end is as if it had never been', async () => {
    const ciba = await Ciba.make(mock.silo());
    const { ticket } = await ciba.issued();
    await ciba.silo.advance(YEAR);
    await ciba.api(FAIL, {});
    await ciba.api(FAIL, {});
    assert.equal((await ciba.api(ISSUE, { ticket })).json.resultCode, 'A181201');
  });
});
