import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import {
  FAIL, REASONS, assertFailed, assertRefused, hasTicket, listTickets, newTicket, showTicket,
} from '../../../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../../../lib/mock.mjs';

const OTHER = { serviceId: '77', token: 'token-of-77' };
const mock = await startMock({ args: ['--service', `${OTHER.serviceId}:${OTHER.token}`] });
after(() => mock.stop());

const fail = (body, options) => mock.api(FAIL, body, options);
const authorization = { Authorization: `Bearer ${TOKEN}` };
const send = (type, body) => mock.call('POST', `/api/${SERVICE}/${FAIL}`, {
  headers: { ...authorization, ...(type === undefined ? {} : { 'Content-Type': type }) }, body,
});
const sendForm = (body) => send('application/x-www-form-urlencoded', body);
const SERVER_ERROR = ['INTERNAL_SERVER_ERROR', '{"error":"server_error"}'];

describe('reason and ticket', () => {
  it('ciba-1 a ticket and ACCESS_DENIED', async () => {
    const ticket = await newTicket(mock);
    assertFailed(await fail({ ticket, reason: 'ACCESS_DENIED' }), 'FORBIDDEN', '{"error":"access_denied"}');
    assert.equal(await hasTicket(mock, ticket), false);
  });

  for (const [reason, { action, error }] of Object.entries(REASONS).filter(([name]) => name !== 'ACCESS_DENIED')) {
    it(`ciba-2 ${reason}`, async () => {
      const ticket = await newTicket(mock);
      assertFailed(await fail({ ticket, reason }), action, `{"error":"${error}"}`);
      assert.equal(await hasTicket(mock, ticket), false);
    });
  }

  it('ciba-3 an empty object', async () => {
    const before = await listTickets(mock);
    assertFailed(await fail({}), ...SERVER_ERROR);
    assert.deepEqual(await listTickets(mock), before);
  });

  it('ciba-4 a reason without a ticket deletes nothing', async () => {
    const before = await listTickets(mock);
    assertFailed(await fail({ reason: 'UNKNOWN_USER_ID' }), 'BAD_REQUEST', '{"error":"unknown_user_id"}');
    assert.deepEqual(await listTickets(mock), before);
  });

  it('ciba-5 a ticket without a reason', async () => {
    const ticket = await newTicket(mock);
    assertFailed(await fail({ ticket }), ...SERVER_ERROR);
    assert.equal(await hasTicket(mock, ticket), false);
  });

  it('ciba-6 all four members null', async () => {
    const before = await listTickets(mock);
    const nulls = { ticket: null, reason: null, errorDescription: null, errorUri: null };
    assertFailed(await fail(nulls), ...SERVER_ERROR);
    assert.deepEqual(await listTickets(mock), before);
  });

  it('ciba-7 an empty reason, and an empty ticket', async () => {
    const ticket = await newTicket(mock);
    assertFailed(await fail({ ticket, reason: '' }), ...SERVER_ERROR);
    assert.equal(await hasTicket(mock, ticket), false);
    assertFailed(await fail({ ticket: '', reason: '' }), ...SERVER_ERROR);
  });

  for (const reason of ['access_denied', 'ACCESS_DENIED ', 'NO_SUCH_REASON', 'ACCESS', 'ACCESS_DENIED\0']) {
    it(`ciba-8 no such reason: ${JSON.stringify(reason)}`, async () => {
      const ticket = await newTicket(mock);
      assertRefused(await fail({ ticket, reason }), 400, 'A126202', /\/reason\b/);
      assert.ok(await hasTicket(mock, ticket));
    });
  }

  it('ciba-9 an unknown ticket', async () => {
    const before = await listTickets(mock);
    const reply = await fail({ ticket: 'bogus', reason: 'ACCESS_DENIED' });
    assertFailed(reply, 'FORBIDDEN', '{"error":"access_denied"}');
    assert.deepEqual(await listTickets(mock), before);
  });

  it('ciba-10 the same ticket twice', async () => {
    const body = { ticket: await newTicket(mock), reason: 'INVALID_TARGET', errorDescription: 'No.' };
    const first = await fail(body);
    assertFailed(first, 'BAD_REQUEST', '{"error":"invalid_target","error_description":"No."}');
    assert.equal(await hasTicket(mock, body.ticket), false);
    assert.equal((await fail(body)).text, first.text);
  });

  it('ciba-11 a ticket of another service', async () => {
    const theirs = await newTicket(mock, {}, OTHER.serviceId);
    const shared = await newTicket(mock, { ticket: 'same-name' });
    await newTicket(mock, { ticket: shared }, OTHER.serviceId);
    for (const ticket of [theirs, shared]) {
      assertFailed(await fail({ ticket, reason: 'ACCESS_DENIED' }), 'FORBIDDEN', '{"error":"access_denied"}');
      assert.ok(await hasTicket(mock, ticket, OTHER.serviceId));
    }
    assert.equal(await hasTicket(mock, shared), false);
    const own = { service: OTHER.serviceId, token: OTHER.token };
    assertFailed(await fail({ ticket: theirs }, own), ...SERVER_ERROR);
    assert.equal(await hasTicket(mock, theirs, OTHER.serviceId), false);
  });

  it('ciba-16 an expired ticket', async () => {
    const ticket = await newTicket(mock, { expiresIn: 0 });
    assert.equal((await showTicket(mock, ticket)).expired, true);
    assertFailed(await fail({ ticket, reason: 'ACCESS_DENIED' }), 'FORBIDDEN', '{"error":"access_denied"}');
    assert.equal(await hasTicket(mock, ticket), false);
  });

  for (const [what, alter] of Object.entries({
    'a NUL and more': (ticket) => `${ticket}\0x`,
    'a NUL': (ticket) => `${ticket}\0`,
    'a leading space': (ticket) => ` ${ticket}`,
    'a trailing space': (ticket) => `${ticket} `,
    'another case': (ticket) => ticket.toUpperCase(),
    'a character less': (ticket) => ticket.slice(0, -1),
  })) {
    it(`ciba-28 a ticket with ${what} is another ticket`, async () => {
      const ticket = await newTicket(mock, { ticket: `abc-${what.replaceAll(' ', '-')}` });
      assertFailed(await fail({ ticket: alter(ticket) }), ...SERVER_ERROR);
      assert.ok(await hasTicket(mock, ticket));
    });
  }

  it('ciba-29 unknown members are ignored', async () => {
    const ticket = await newTicket(mock);
    const extra = { Ticket: 'x', error: 'x', clientId: 5, more: { deep: [1, null, true, 1e300, 'x'] } };
    assertFailed(await fail({ ...extra, ticket, reason: 'INVALID_USER_CODE' }),
      'BAD_REQUEST', '{"error":"invalid_user_code"}');
    assert.equal(await hasTicket(mock, ticket), false);
  });
});

describe('errorDescription and errorUri', () => {
  const content = (members) => JSON.stringify({ error: 'access_denied', ...members });
  const denied = (members) => fail({ reason: 'ACCESS_DENIED', ...members });

  it('ciba-18 both, in the order of the API whatever the order sent', async () => {
    const expected = '{"error":"access_denied","error_description":"No such user","error_uri":"https://as.example/e/1?a=b&c=%20"}';
    const uri = 'https://as.example/e/1?a=b&c=%20';
    assertFailed(await denied({ errorDescription: 'No such user', errorUri: uri }), 'FORBIDDEN', expected);
    assertFailed(await fail({ errorUri: uri, errorDescription: 'No such user', reason: 'ACCESS_DENIED' }),
      'FORBIDDEN', expected);
  });

  it('ciba-19 only errorUri', async () => {
    assertFailed(await denied({ errorUri: 'https://as.example/' }), 'FORBIDDEN',
      '{"error":"access_denied","error_uri":"https://as.example/"}');
  });

  it('ciba-20 empty ones are left out', async () => {
    assertFailed(await denied({ errorDescription: '', errorUri: '' }), 'FORBIDDEN', '{"error":"access_denied"}');
    assertFailed(await denied({ errorDescription: '', errorUri: 'u' }), 'FORBIDDEN',
      '{"error":"access_denied","error_uri":"u"}');
  });

  it('ciba-21 quotes, backslashes and control characters survive both layers of JSON', async () => {
    const controls = String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i), 127);
    for (const text of ['say "no"', 'C:\\path\\', 'one\ntwo\tthree\r', '\\"\\n', controls]) {
      const reply = await denied({ errorDescription: text, errorUri: text });
      assert.equal(reply.status, 200, reply.text);
      assert.equal(reply.json.action, 'FORBIDDEN');
      assert.deepEqual(JSON.parse(reply.json.responseContent),
        { error: 'access_denied', error_description: text, error_uri: text });
    }
    assertFailed(await denied({ errorDescription: 'a"\\\n\t' }), 'FORBIDDEN',
      '{"error":"access_denied","error_description":"a\\"\\\\\\n\\t"}');
  });

  it('ciba-22 Japanese and emoji, raw and escaped', async () => {
    const text = 'ログイン😀\u{10ffff}';
    const expected = content({ error_description: text });
    assertFailed(await denied({ errorDescription: text }), 'FORBIDDEN', expected);
    const escaped = [...text].flatMap((c) => c.split(''))
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    const reply = await send('application/json', `{"reason":"ACCESS_DENIED","errorDescription":"${escaped}"}`);
    assertFailed(reply, 'FORBIDDEN', expected);
  });

  it('ciba-23 every printable ASCII character', async () => {
    const text = String.fromCharCode(...Array.from({ length: 0x7f - 0x20 }, (_, i) => 0x20 + i));
    assertFailed(await denied({ errorDescription: text }), 'FORBIDDEN', content({ error_description: text }));
  });

  it('ciba-24 errorUri is no URI', async () => {
    for (const text of ['not a uri', '://', 'https://例え.example/\u0001 "']) {
      assertFailed(await denied({ errorUri: text }), 'FORBIDDEN', content({ error_uri: text }));
    }
  });

  for (const flags of [{ errorDescriptionOmitted: true }, { errorUriOmitted: true }, { errorDescriptionOmitted: true, errorUriOmitted: true }]) {
    it(`ciba-25 ${Object.keys(flags).join(' and ')}: what the caller gives is kept`, async () => {
      const made = await mock.admin('POST', '/services', { service: flags });
      const { serviceId: service, accessTokens: [token] } = made.json;
      const members = { errorDescription: 'No.', errorUri: 'https://as.example/' };
      assertFailed(await fail({ reason: 'ACCESS_DENIED', ...members }, { service, token }), 'FORBIDDEN',
        content({ error_description: 'No.', error_uri: 'https://as.example/' }));
      assertFailed(await fail({ reason: 'ACCESS_DENIED' }, { service, token }), 'FORBIDDEN', content({}));
    });
  }

  it('long ones are not cut', async () => {
    const text = 'x"'.repeat(100_000);
    assertFailed(await denied({ errorDescription: text }), 'FORBIDDEN', content({ error_description: text }));
  });
});

describe('bodies', () => {
  it('ciba-26 a form means the same as JSON', async () => {
    const ticket = await newTicket(mock, { ticket: 'a+b c&d=é%' });
    const form = `ticket=a%2Bb+c%26d%3d%C3%A9%25&reason=UNKNOWN_USER_ID&errorDescription=No+such%20user&errorUri=https%3A%2F%2Fas.example%2Fe%2F1&more=x`;
    assertFailed(await sendForm(form), 'BAD_REQUEST',
      '{"error":"unknown_user_id","error_description":"No such user","error_uri":"https://as.example/e/1"}');
    assert.equal(await hasTicket(mock, ticket), false);
    assertFailed(await sendForm('ticket=&reason=&errorDescription=&errorUri='), ...SERVER_ERROR);
  });

  for (const [what, rest, pointer] of [
    ['reason repeated', 'reason=ACCESS_DENIED&reason=ACCESS_DENIED', /reason/],
    ['ticket repeated', 'ticket=x', /ticket/],
    ['reason repeated in another spelling', 'reason=ACCESS_DENIED&%72eason=SERVER_ERROR', /reason/],
    ['an unknown reason', 'reason=nope', /\/reason\b/],
    ['bytes that are not UTF-8', 'errorDescription=%FF%FE', /./],
  ]) {
    it(`ciba-27 a form with ${what}`, async () => {
      const ticket = await newTicket(mock);
      assertRefused(await sendForm(`ticket=${ticket}&${rest}`), 400, 'A126202', pointer);
      assert.ok(await hasTicket(mock, ticket));
    });
  }

  const deep = (levels) => `{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)},`;
  const refused = {
    'no closing brace': (t) => `{"ticket":"${t}"`,
    'an array': (t) => `[{"ticket":"${t}"}]`,
    'a string': (t) => `"${t}"`,
    null: () => 'null',
    'white space': () => ' \n',
    'a second value': (t) => `{"ticket":"${t}"} {}`,
    'a trailing comma': (t) => `{"ticket":"${t}",}`,
    'a comment': (t) => `{"ticket":"${t}"/* no */}`,
    'single quotes': (t) => `{'ticket':'${t}'}`,
    'a raw newline in a string': (t) => `{"ticket":"${t}","errorDescription":"a\nb"}`,
    'an unknown escape': (t) => `{"ticket":"${t}","errorDescription":"\\x41"}`,
    'a number with a leading zero': (t) => `{"ticket":"${t}","x":01}`,
    'a lone high surrogate': (t) => `{"ticket":"${t}","errorDescription":"\\ud83d"}`,
    'a lone low surrogate': (t) => `{"ticket":"${t}","errorDescription":"\\ude00\\ud83d"}`,
    'invalid UTF-8': (t) => Buffer.concat([Buffer.from(`{"ticket":"${t}","errorDescription":"`), Buffer.from([0xc0, 0x80]), Buffer.from('"}')]),
    'an encoded surrogate': (t) => Buffer.concat([Buffer.from(`{"ticket":"${t}","x":"`), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    'a NUL byte after it': (t) => `{"ticket":"${t}"}\0`,
    'a duplicate member': (t) => `{"ticket":"${t}","reason":"ACCESS_DENIED","reason":"ACCESS_DENIED"}`,
    'a duplicate in another spelling': (t) => `{"ticket":"${t}","reason":"ACCESS_DENIED","rea\\u0073on":null}`,
    'a duplicate deep inside': (t) => `{"ticket":"${t}","x":[{"a":1,"a":1}]}`,
    '65 levels': (t) => `${deep(65)}"ticket":"${t}"}`,
  };
  for (const [what, body] of Object.entries(refused)) {
    it(`ciba-30 ${what}`, async () => {
      const ticket = await newTicket(mock);
      assertRefused(await send('application/json', body(ticket)), 400, 'A126202');
      assert.ok(await hasTicket(mock, ticket));
    });
  }

  it('ciba-30 no bytes at all', async () => {
    for (const type of ['application/json', 'application/x-www-form-urlencoded', undefined]) {
      assertRefused(await send(type, ''), 400, 'A126203');
    }
  });

  it('64 levels are accepted', async () => {
    assertFailed(await send('application/json', `${deep(64)}"reason":"SERVER_ERROR"}`), ...SERVER_ERROR);
  });

  it('members of a wrong type are refused, all named at once', async () => {
    const ticket = await newTicket(mock);
    for (const value of [[], {}, ['x'], { a: 1 }]) {
      assertRefused(await fail({ ticket, reason: value, errorDescription: value, errorUri: value }),
        400, 'A126202', [/\/reason\b/, /\/errorDescription\b/, /\/errorUri\b/]);
      assertRefused(await fail({ ticket: value }), 400, 'A126202', /\/ticket\b/);
    }
    assert.ok(await hasTicket(mock, ticket));
  });

  it('numbers and booleans are no strings', async () => {
    const ticket = await newTicket(mock);
    for (const value of [5, 0.5, true, false]) {
      assertRefused(await fail({ ticket, reason: value }), 400, 'A126202', /\/reason\b/);
      assertRefused(await fail({ ticket: value }), 400, 'A126202', /\/ticket\b/);
      assertRefused(await fail({ ticket, errorDescription: value }), 400, 'A126202', /\/errorDescription\b/);
    }
    assert.ok(await hasTicket(mock, ticket));
  });

  it('ciba-31 no Content-Type, and one that is neither JSON nor a form', async () => {
    const ticket = await newTicket(mock);
    const body = JSON.stringify({ ticket });
    assertRefused(await send(undefined, body), 400, 'A258201');
    for (const type of ['text/plain', 'application/jsonx', 'application/xml', 'multipart/form-data; boundary=x', 'json']) {
      assertRefused(await send(type, body), 415, /^M\d{3}2\d\d$/);
    }
    assert.ok(await hasTicket(mock, ticket));
  });

  it('ciba-32 spellings of Content-Type', async () => {
    for (const type of ['application/json', 'application/json; charset=UTF-8', 'application/json;charset=utf-8', 'APPLICATION/JSON', 'application/json ;x=y']) {
      const ticket = await newTicket(mock);
      assertFailed(await send(type, JSON.stringify({ ticket })), ...SERVER_ERROR);
      assert.equal(await hasTicket(mock, ticket), false);
    }
    const ticket = await newTicket(mock);
    assertFailed(await send('Application/X-WWW-Form-Urlencoded; charset=UTF-8', `ticket=${ticket}`), ...SERVER_ERROR);
    assert.equal(await hasTicket(mock, ticket), false);
  });
});
