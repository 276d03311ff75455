// The life of a request, cell by cell: each state against each operation.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL, hasTicket, newTicket } from '../../../lib/check.mjs';
import { startMock } from '../../../lib/mock.mjs';
import { Ciba, ISSUE } from './ciba.mjs';

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
  foreign: async (ciba) => (await Ciba.make(ciba.silo)).issued(),
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

// state: [issue, complete, token request], and whether the row is still there afterwards
const cells = {
  absent: { issue: 'A181201', complete: 'A186202', token: 'A200304' },
  gone: { issue: 'A181201', complete: 'A186202', token: 'A200304' },
  foreign: { issue: 'A181202', complete: 'A186203', token: 'A200304' },
  'expired while open': { issue: 'A181203', complete: 'A196202' },
  'expired while issued': { issue: 'A181203', complete: 'A196202', token: 'A200307' },
  'expired while authorized': { issue: 'A181203', complete: 'A196202', token: 'A200307' },
  'expired while denied': { issue: 'A181203', complete: 'A196202', token: 'A200307' },
  open: { issue: 'A183001', complete: 'A196204' },
  issued: { issue: 'A181205', complete: 'A198001', token: 'A200308' },
  authorized: { issue: 'A181204', complete: 'A196203', token: 'A200002' },
  denied: { issue: 'A181204', complete: 'A196203', token: 'A200001' },
  failed: { issue: 'A181204', complete: 'A196203', token: 'A200001' },
};

const operations = {
  issue: (ciba, { ticket }) => ciba.api(ISSUE, { ticket }),
  complete: (ciba, { ticket }) => ciba.complete(ticket),
  token: (ciba, { authReqId }) => ciba.poll(authReqId),
};

for (const [state, row] of Object.entries(cells)) {
  describe(state, () => {
    for (const [name, code] of Object.entries(row)) {
      it(`${name}: ${code}`, async (t) => {
        const ciba = await Ciba.make(mock.silo());
        const reply = await operations[name](ciba, await states[state](ciba));
        if (reply.status === 501) return t.skip(`${name} is not built`);
        assert.equal(reply.status, 200, reply.text);
        assert.equal(reply.json.resultCode, code, reply.text);
      });
    }

    it('fail: A185001', async () => {
      const ciba = await Ciba.make(mock.silo());
      const { ticket } = await states[state](ciba);
      const reply = await ciba.api(FAIL, { ticket, reason: 'ACCESS_DENIED' });
      assert.equal(reply.json.resultCode, 'A185001');
      assert.equal(await hasTicket(ciba.silo, ticket, ciba.id), false);
    });
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
    it(`${id} ${completed ? 'complete' : 'issue'}, fail, then a token request`, async (t) => {
      const ciba = await Ciba.make(mock.silo());
      const { ticket, authReqId } = await ciba.issued();
      if (completed) await ciba.complete(ticket);
      await ciba.api(FAIL, { ticket });
      const reply = await ciba.poll(authReqId);
      if (reply.status === 501) return t.skip('auth/token is not built');
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
