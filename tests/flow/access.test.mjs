// who may call, and which failure answers first.
import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { FAIL, M_CODE, assertFailed, assertRefused, hasTicket, newTicket } from '../lib/check.mjs';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN, startMock } from '../lib/mock.mjs';
import { jsonOf, request } from '../lib/raw.mjs';

const seed = {
  organizationTokens: [ORGANIZATION_TOKEN],
  owner: { key: 'mock-owner-key', secret: 'mock-owner-secret' },
  services: [
    { serviceId: Number(SERVICE), apiSecret: 'mock-service-secret',
      accessTokens: [TOKEN, { token: 'introspect', rights: ['USE_INTROSPECTION', 'VIEW_CLIENT'] },
        { token: 'modify', rights: ['MODIFY_SERVICE'] }] },
    { serviceId: 77, apiSecret: 'secret-of-77', accessTokens: ['token-of-77'] },
  ],
};
const MAX_BODY = 2000;
const mock = await startMock({ args: [`--seed-json=${JSON.stringify(seed)}`, '--max-body', String(MAX_BODY)] });
after(() => mock.stop());

const V3 = `/api/${SERVICE}/${FAIL}`;
const V2 = `/api/${FAIL}`;
const basic = (key, secret) => `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
const SECRET = basic(SERVICE, 'mock-service-secret');

/** Fails a fresh ticket with these credentials: { reply, ticket }. */
async function attempt(path, Authorization, headers = {}) {
  const ticket = await newTicket(mock);
  const reply = await mock.call('POST', path, {
    headers: { ...(Authorization === undefined ? {} : { Authorization }), 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ ticket, reason: 'ACCESS_DENIED' }),
  });
  return { reply, ticket };
}

async function assertAccepted(...how) {
  const { reply, ticket } = await attempt(...how);
  assertFailed(reply, 'FORBIDDEN', '{"error":"access_denied"}');
  assert.equal(await hasTicket(mock, ticket), false);
}

async function assertKept(how, status, code, says) {
  const { reply, ticket } = await attempt(...how);
  assertRefused(reply, status, code, says);
  assert.ok(await hasTicket(mock, ticket), 'a refused call keeps the ticket');
}

describe('accepted', () => {
  for (const [what, ...how] of [
    ['ciba-37 V3 with Bearer', V3, `Bearer ${TOKEN}`],
    ['ciba-37 V3 with DPoP', V3, `DPoP ${TOKEN}`, { DPoP: 'a.b.c' }],
    ['ciba-37 V2 with Basic', V2, SECRET],
    ['ciba-37 V2 with Bearer', V2, `Bearer ${TOKEN}`],
    ['ciba-37 V2 with DPoP', V2, `DPoP ${TOKEN}`, { DPoP: 'a.b.c' }],
    ['DPoP without a proof', V3, `DPoP ${TOKEN}`],
    ['bearer', V3, `bearer ${TOKEN}`],
    ['BEARER', V3, `BEARER ${TOKEN}`],
    ['dpop', V3, `dpop ${TOKEN}`],
    ['bAsIc', V2, SECRET.replace('Basic', 'bAsIc')],
    ['an organization token', V3, `Bearer ${ORGANIZATION_TOKEN}`],
    ['a token whose right includes the needed one', V3, 'Bearer modify'],
    ['ciba-38 a trailing slash', `${V3}/`, `Bearer ${TOKEN}`],
    ['ciba-38 a trailing slash on V2', `${V2}/`, SECRET],
    ['unknown query parameters', `${V3}?limited=true&x`, `Bearer ${TOKEN}`],
    ['a percent-encoded path', V3.replace('fail', '%66ail'), `Bearer ${TOKEN}`],
  ]) it(what, () => assertAccepted(...how));

  it('an organization token reaches every service', async () => {
    const reply = await mock.api(FAIL, {}, { service: '77', token: ORGANIZATION_TOKEN });
    assertFailed(reply, 'INTERNAL_SERVER_ERROR', '{"error":"server_error"}');
  });

  it('V2 credentials name their own service', async () => {
    const ticket = await newTicket(mock);
    for (const Authorization of [basic('77', 'secret-of-77'), 'Bearer token-of-77']) {
      const reply = await mock.call('POST', V2, {
        headers: { Authorization, 'Content-Type': 'application/json' }, body: JSON.stringify({ ticket }),
      });
      assertFailed(reply, 'INTERNAL_SERVER_ERROR', '{"error":"server_error"}');
    }
    assert.ok(await hasTicket(mock, ticket), 'the ticket is of another service');
  });
});

describe('refused', () => {
  const PATH = /\/backchannel\/authentication\/fail\b/;
  for (const [what, how, status, code, says] of [
    ['ciba-33 no Authorization', [V3], 401, 'A001202', PATH],
    ['ciba-33 no Authorization on V2', [V2], 401, 'A001202', PATH],
    ['ciba-34 Bearer without a token', [V3, 'Bearer'], 401, 'A001203'],
    ['ciba-34 Bearer and a space', [V3, 'Bearer '], 401, 'A001203'],
    ['ciba-34 Basic that is not base64', [V2, 'Basic !!!'], 401, 'A001203'],
    ['ciba-34 Basic on V3 that is not base64', [V3, 'Basic !!!'], 401, 'A001203'],
    ['Basic on V3', [V3, SECRET], 401, 'A001203'],
    ['Basic without a colon', [V2, `Basic ${Buffer.from('nocolon').toString('base64')}`], 401, 'A001203'],
    ['Basic without credentials', [V2, 'Basic'], 401, 'A001203'],
    ['an unknown scheme', [V3, `Digest ${TOKEN}`], 401, 'A001203'],
    ['a token without a scheme', [V3, TOKEN], 401, 'A001203'],
    ['an empty header', [V3, ''], 401, 'A001203'],
    ['Authorization twice', [V3, [`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]], 401, 'A001203'],
    ['ciba-35 an unknown token', [V3, 'Bearer nobody'], 401, 'A458101'],
    ['an unknown token on V2', [V2, 'Bearer nobody'], 401, 'A458101'],
    ['an unknown token by DPoP', [V3, 'DPoP nobody'], 401, 'A458101'],
    ['the token in another case', [V3, `Bearer ${TOKEN.toUpperCase()}`], 401, 'A458101'],
    ['the beginning of a token', [V3, `Bearer ${TOKEN.slice(0, -1)}`], 401, 'A458101'],
    ['a service secret as a token', [V3, 'Bearer mock-service-secret'], 401, 'A458101'],
    ['ciba-36 a token of another service', [V3, 'Bearer token-of-77'], 403, 'A457101'],
    ['a token without the right', [V3, 'Bearer introspect'], 403, 'A457101', /\bUSE_SERVICE\b/],
    ['a token without the right on V2', [V2, 'Bearer introspect'], 403, 'A457101', /\bUSE_SERVICE\b/],
    ['an unknown service', [`/api/12345/${FAIL}`, `Bearer ${TOKEN}`], 403, 'A457101'],
    ['an unknown service and an organization token', [`/api/12345/${FAIL}`, `Bearer ${ORGANIZATION_TOKEN}`], 403, 'A457101'],
    ['the largest id', [`/api/9223372036854775807/${FAIL}`, `Bearer ${ORGANIZATION_TOKEN}`], 403, 'A457101'],
    ['an id too large for 64 bits', [`/api/9223372036854775808/${FAIL}`, `Bearer ${ORGANIZATION_TOKEN}`], 403, 'A457101'],
    ['an id that wraps to a known one', [`/api/${2n ** 64n + BigInt(SERVICE)}/${FAIL}`, `Bearer ${TOKEN}`], 403, 'A457101'],
    ['an id of 1,000 digits', [`/api/${'9'.repeat(1000)}/${FAIL}`, `Bearer ${TOKEN}`], 403, 'A457101'],
    ['an unknown token for an unknown service', [`/api/12345/${FAIL}`, 'Bearer nobody'], 401, 'A458101'],
    ['an organization token on V2', [V2, `Bearer ${ORGANIZATION_TOKEN}`], 403, 'A457101'],
    ['V2: an unknown key', [V2, basic('12345', 'x')], 401, 'A003201'],
    ['V2: a key that is no number', [V2, basic('nobody', 'x')], 401, 'A003201'],
    ['V2: a wrong secret', [V2, basic(SERVICE, 'wrong')], 401, 'A003204'],
    ['V2: an empty secret', [V2, basic(SERVICE, '')], 401, 'A003204'],
    ['V2: the secret of another service', [V2, basic(SERVICE, 'secret-of-77')], 401, 'A003204'],
    ['V2: the secret and a NUL', [V2, basic(SERVICE, 'mock-service-secret\0')], 401, 'A003204'],
    ['V2: the owner for a service', [V2, basic('mock-owner-key', 'mock-owner-secret')], 401, 'A003201'],
    ['ciba-38 a path with one letter more', [`${V3}s`, `Bearer ${TOKEN}`], 404, M_CODE],
    ['a path with one segment more', [`${V3}/x`, `Bearer ${TOKEN}`], 404, M_CODE],
    ['a path without its end', [`/api/${SERVICE}/backchannel`, `Bearer ${TOKEN}`], 404, M_CODE],
    ['a path in capitals', [V3.toUpperCase(), `Bearer ${TOKEN}`], 404, M_CODE],
    ['a double slash', [V3.replace('/backchannel', '//backchannel'), `Bearer ${TOKEN}`], 404, M_CODE],
    ['a service segment with a letter', [`/api/${SERVICE}x/${FAIL}`, `Bearer ${TOKEN}`], 404, M_CODE],
    ['a service segment with a sign', [`/api/-${SERVICE}/${FAIL}`, `Bearer ${TOKEN}`], 404, M_CODE],
    ['an empty service segment', [`/api//${FAIL}`, `Bearer ${TOKEN}`], 404, M_CODE],
    ['the service as a name', [`/api/main/${FAIL}`, `Bearer ${TOKEN}`], 404, M_CODE],
  ]) it(what, () => assertKept(how, status, code, says));

  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    it(`ciba-38 ${method}`, async () => {
      const ticket = await newTicket(mock);
      const reply = await mock.call(method, V3, {
        headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ ticket }),
      });
      assertRefused(reply, 405, M_CODE);
      assert.equal(reply.headers.allow, 'POST');
      assert.ok(await hasTicket(mock, ticket));
    });
  }
});

describe('bodies over the limit', () => {
  const body = (size) => `{"reason":"ACCESS_DENIED","x":"${'y'.repeat(size - 33)}"}`;
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };

  it('the limit itself is accepted', async () => {
    assert.equal(body(MAX_BODY).length, MAX_BODY);
    const reply = await mock.call('POST', V3, { headers, body: body(MAX_BODY) });
    assertFailed(reply, 'FORBIDDEN', '{"error":"access_denied"}');
  });

  it('one byte more is 413', async () => {
    const reply = await mock.call('POST', V3, { headers, body: body(MAX_BODY + 1) });
    assertRefused(reply, 413, M_CODE, new RegExp(String(MAX_BODY)));
  });

  it('a declared length is refused before the body comes', async () => {
    const { text, status, timedOut } = await mock.raw(
      request('POST', V3, { ...headers, 'Content-Length': MAX_BODY + 1, Expect: '100-continue' }), { timeout: 3000 });
    assert.equal(timedOut, false);
    assert.equal(status, 413, text);
    assert.match(jsonOf(text).resultCode, M_CODE);
  });

  it('chunks over the limit are refused', async () => {
    const chunk = `${(1000).toString(16)}\r\n${'x'.repeat(1000)}\r\n`;
    const { text, status, timedOut } = await mock.raw(Buffer.concat([
      request('POST', V3, { ...headers, 'Transfer-Encoding': 'chunked' }), Buffer.from(`${chunk.repeat(3)}0\r\n\r\n`),
    ]), { timeout: 3000 });
    assert.equal(timedOut, false);
    assert.equal(status, 413, text);
  });
});

describe('the order of the checks', () => {
  // Everything is wrong at first; each step mends what answered before. A body of up to 64 KiB would be
  // read and dropped before a refusal, so that the connection can be kept.
  const wrong = { method: 'GET', path: '/api/x/nope', length: 100_000, type: undefined, body: '' };
  const steps = [
    [{}, 404, M_CODE],
    [{ path: V3 }, 405, M_CODE],
    [{ method: 'POST' }, 413, M_CODE],
    [{ length: undefined, body: ' ' }, 401, 'A001202'],
    [{ authorization: 'Bearer' }, 401, 'A001203'],
    [{ authorization: 'Bearer nobody' }, 401, 'A458101'],
    [{ authorization: 'Bearer token-of-77' }, 403, 'A457101'],
    [{ authorization: 'Bearer introspect' }, 403, 'A457101'],
    [{ authorization: `Bearer ${TOKEN}` }, 400, 'A258201'],
    [{ type: 'text/plain' }, 415, M_CODE],
    [{ type: 'application/json', body: '' }, 400, 'A126203'],
    [{ body: '{"reason":' }, 400, 'A126202'],
    [{ body: '{"reason":5}' }, 400, 'A126202'],
    [{ body: '{"reason":"ACCESS_DENIED"}' }, 200],
  ];
  let now = wrong;
  for (const [mended, status, code] of steps) {
    now = { ...now, ...mended };
    const { method, path, length, authorization, type, body } = now;
    it(`${JSON.stringify(mended)} → ${status}`, async () => {
      const headers = {};
      if (length !== undefined) headers['Content-Length'] = length;
      if (authorization !== undefined) headers.Authorization = authorization;
      if (type !== undefined) headers['Content-Type'] = type;
      const reply = await mock.raw(request(method, path, headers, body), { timeout: 3000 });
      assert.equal(reply.timedOut, false, 'answered without waiting for the body');
      const got = { ...reply, json: jsonOf(reply.text), headers: { 'content-type': /^content-type: (.*)\r$/im.exec(reply.text)?.[1] } };
      if (status === 200) assertFailed(got, 'FORBIDDEN', '{"error":"access_denied"}');
      else assertRefused(got, status, code);
    });
  }
});

test('mock-only refusals of the caller are of class 2', async () => {
  const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'text/plain' };
  for (const [method, path, body, status] of [
    ['POST', '/nope', '{}', 404], ['GET', V3, undefined, 405], ['POST', V3, 'x'.repeat(MAX_BODY + 1), 413], ['POST', V3, '{}', 415],
  ]) assertRefused(await mock.call(method, path, { headers, body }), status, /^M\d{3}2\d\d$/);
});
