// --mode strict holds callers to the published document; --mode faithful does what the service does.
import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { FAIL, REASONS, assertFailed, assertRefused, hasTicket, newTicket } from '../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../lib/mock.mjs';

const mock = await startMock({ args: ['--mode', 'strict'] });
after(() => mock.stop());

const STRICT_CODE = /^M\d{3}2\d\d$/;
const valid = (ticket) => ({ ticket, reason: 'ACCESS_DENIED' });

describe('what the document allows is answered as ever', () => {
  for (const [reason, { action, error }] of Object.entries(REASONS)) {
    it(reason, async () => {
      const ticket = await newTicket(mock);
      assertFailed(await mock.api(FAIL, { ticket, reason, errorDescription: 'No, sorry!', errorUri: 'https://as.example/?a=b#c' }),
        action, `{"error":"${error}","error_description":"No, sorry!","error_uri":"https://as.example/?a=b#c"}`);
      assert.equal(await hasTicket(mock, ticket), false);
    });
  }

  it('what the TypeScript SDK sends with it: the subject of a path in the query too', async () => {
    const reply = await mock.call('GET', `/api/${SERVICE}/client/authorization/get/list/john?subject=john`,
      { headers: { Authorization: `Bearer ${TOKEN}` } });
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.json.subject, 'john');
  });

  it('optional members may be null or absent', async () => {
    const ticket = await newTicket(mock);
    assertFailed(await mock.api(FAIL, { ...valid(ticket), errorDescription: null, errorUri: null }),
      'FORBIDDEN', '{"error":"access_denied"}');
    assert.equal(await hasTicket(mock, ticket), false);
  });

  it('all characters RFC 6749 allows in a description', async () => {
    const codes = Array.from({ length: 0x7f - 0x20 }, (_, i) => 0x20 + i).filter((code) => code !== 0x22 && code !== 0x5c);
    const text = String.fromCharCode(...codes);
    assertFailed(await mock.api(FAIL, { ...valid('x'), errorDescription: text }), 'FORBIDDEN',
      `{"error":"access_denied","error_description":"${text}"}`);
  });
});

it('the caller hears what came for a misspelt member; the journal does not, if that is a secret', async () => {
  const silo = mock.silo();
  const body = { ...valid('x'), client_secret: 'nobody-may-see', colour: 'blue' };
  const { json: { resultMessage } } = await silo.api(FAIL, body);
  assert.match(resultMessage, /\/client_secret: .*, came the string "nobody-may-see"; \/colour: .*"blue"$/);
  const journal = JSON.stringify((await silo.admin('GET', '/requests/1')).json);
  assert.ok(journal.includes('/client_secret: expected no member of this name, came the string …; /colour: expected'), journal);
  assert.ok(!journal.includes('nobody-may-see'), journal);
});

describe('what only strict mode refuses', () => {
  for (const [what, alter, ...says] of [
    ['no reason', ({ ticket }) => ({ ticket }), /\/reason\b/],
    ['a null reason', (body) => ({ ...body, reason: null }), /\/reason\b/],
    ['no ticket', () => ({ reason: 'ACCESS_DENIED' }), /\/ticket\b/],
    ['a null ticket', (body) => ({ ...body, ticket: null }), /\/ticket\b/],
    ['nothing at all', () => ({}), /\/ticket\b/, /\/reason\b/],
    ['an unknown member', (body) => ({ ...body, colour: 1 }), /\/colour\b/],
    ['a quote in errorDescription', (body) => ({ ...body, errorDescription: 'a "b"' }), /\/errorDescription\b/],
    ['a backslash in errorDescription', (body) => ({ ...body, errorDescription: 'a\\b' }), /\/errorDescription\b/],
    ['ciba-21 a newline in errorDescription', (body) => ({ ...body, errorDescription: 'a\n' }), /\/errorDescription\b/],
    ['ciba-22 Japanese in errorDescription', (body) => ({ ...body, errorDescription: 'ログイン' }), /\/errorDescription\b/],
    ['ciba-23 all of ASCII in errorDescription', (body) => ({ ...body, errorDescription: '!"#[\\]~' }), /\/errorDescription\b/],
    ['a NUL in errorDescription', (body) => ({ ...body, errorDescription: 'a\0' }), /\/errorDescription\b/],
    ['DEL in errorDescription', (body) => ({ ...body, errorDescription: 'a\x7f' }), /\/errorDescription\b/],
    ['ciba-24 a space in errorUri', (body) => ({ ...body, errorUri: 'not a uri' }), /\/errorUri\b/],
    ['everything at once', () => ({ colour: 1, size: 2, errorDescription: '"', errorUri: ' ' }),
      /\/ticket\b/, /\/reason\b/, /\/colour\b/, /\/size\b/, /\/errorDescription\b/, /\/errorUri\b/],
  ]) {
    it(what, async () => {
      const ticket = await newTicket(mock);
      assertRefused(await mock.api(FAIL, alter(valid(ticket))), 400, STRICT_CODE, says);
      assert.ok(await hasTicket(mock, ticket));
    });
  }

  it('in forms too', async () => {
    const ticket = await newTicket(mock);
    const reply = await mock.call('POST', `/api/${SERVICE}/${FAIL}`, {
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `ticket=${ticket}&colour=1`,
    });
    assertRefused(reply, 400, STRICT_CODE, [/\/reason\b/, /\/colour\b/]);
    assert.ok(await hasTicket(mock, ticket));
  });
});

describe('what both modes refuse keeps its code', () => {
  for (const [what, alter, pointer] of [
    ['an unknown reason', (body) => ({ ...body, reason: 'nope' }), /\/reason\b/],
    ['a wrong type', (body) => ({ ...body, errorUri: 5 }), /\/errorUri\b/],
  ]) {
    it(what, async () => {
      const ticket = await newTicket(mock);
      assertRefused(await mock.api(FAIL, alter(valid(ticket))), 400, 'A126202', pointer);
      assert.ok(await hasTicket(mock, ticket));
    });
  }
});

test('the variable does the same, and faithful undoes it', async () => {
  for (const [args, status] of [[[], 400], [['--mode', 'faithful'], 200]]) {
    const other = await startMock({ args, env: { AUTHLETE_MOCK_MODE: 'strict' } });
    assert.equal((await other.api(FAIL, {})).status, status);
    await other.stop();
  }
});
