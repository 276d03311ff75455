// X-Mock-Request-Id on every reply, X-Mock-Hint where something went wrong.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL, newTicket } from '../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../lib/mock.mjs';
import { request } from '../lib/raw.mjs';

const mock = await startMock({ args: ['--max-body', '2048', '--service', '77:of-77'] });
after(() => mock.stop());
const strict = await startMock({ args: ['--mode', 'strict', '--max-silos', '0'] });
after(() => strict.stop());

const path = `/api/${SERVICE}/${FAIL}`;
const json = { 'Content-Type': 'application/json' };
const authorized = { Authorization: `Bearer ${TOKEN}`, ...json };
const post = (headers, body = '{}', target = path) => mock.call('POST', target, { headers, body });

/** What is answered, by the code that it is answered with. */
const REFUSALS = [
  [404, 'M000201', () => mock.call('GET', '/nowhere')],
  [404, 'M000202', () => mock.call('POST', `/api/abc/${FAIL}`)],
  [405, 'M000203', () => mock.call('GET', path)],
  [413, 'M000204', () => post(authorized, `{"x":"${'x'.repeat(3000)}"}`)],
  [413, 'M000204', () => post({ ...authorized, Expect: '100-continue' }, 'x'.repeat(100_000))],
  [415, 'M000205', () => post({ ...authorized, 'Content-Type': 'text/plain' })],
  [400, 'M000206', () => strict.api(FAIL, {})],
  [400, 'M000207', () => mock.admin('POST', '/reset', { to: 5 })],
  [404, 'M000208', () => mock.admin('GET', '/services/1/tickets')],
  [404, 'M000209', () => mock.admin('GET', `/services/${SERVICE}/tickets/none`)],
  [409, 'M000210', () => mock.admin('POST', `/services/${SERVICE}/tickets`, { ticket: 'mock-ticket-1' })],
  [409, 'M000211', () => mock.admin('POST', '/services', { serviceId: SERVICE })],
  [404, 'M000213', () => mock.call('GET', '/s/a%20b/__admin/coverage')],
  [404, 'M000214', () => mock.admin('DELETE', '/silos/nobody')],
  [404, 'M000218', () => mock.admin('POST', '/reset', { to: 'Mars' })],
  [409, 'M000215', () => mock.admin('DELETE', '/silos/default')],
  [503, 'M000103', () => strict.silo().api(FAIL, {})],
  [401, 'A001202', () => post(json)],
  [401, 'A001203', () => post({ ...json, Authorization: 'Digest x' })],
  [401, 'A003201', () => post({ ...json, Authorization: `Basic ${btoa('12:x')}` }, '{}', `/api/${FAIL}`)],
  [401, 'A003204', () => post({ ...json, Authorization: `Basic ${btoa(`${SERVICE}:x`)}` }, '{}', `/api/${FAIL}`)],
  [400, 'A126202', () => post(authorized, '{')],
  [400, 'A126203', () => post(authorized, '')],
  [400, 'A258201', () => post({ Authorization: `Bearer ${TOKEN}` })],
  [403, 'A457101', () => mock.api(FAIL, {}, { service: '77' })],
  [401, 'A458101', () => mock.api(FAIL, {}, { token: 'nobody' })],
];

const SUCCESSES = [
  [200, 'an operation', () => mock.api(FAIL, { reason: 'ACCESS_DENIED' })],
  [200, 'one in a silo', () => mock.silo().api(FAIL, { reason: 'ACCESS_DENIED' })],
  [200, 'text', () => mock.call('GET', '/api/lifecycle/healthcheck')],
  [200, 'HEAD', () => mock.call('HEAD', '/api/lifecycle/healthcheck')],
  [200, 'a control call', () => mock.admin('GET', '/health')],
  [201, 'what is made', () => mock.admin('POST', `/services/${SERVICE}/tickets`)],
  [204, 'nothing', () => mock.admin('POST', '/reset')],
];

describe('X-Mock-Hint', () => {
  const hints = new Map();
  for (const [status, code, call] of REFUSALS) {
    it(`${status} ${code} has one`, async () => {
      const reply = await call();
      assert.deepEqual([reply.status, reply.json.resultCode], [status, code], reply.text);
      const hint = reply.headers['x-mock-hint'];
      assert.match(hint ?? '', /^[ -~]{20,300}$/);
      assert.equal(hints.get(code) ?? hint, hint);
      hints.set(code, hint);
    });
  }

  it('each is another', () => assert.equal(new Set(hints.values()).size, hints.size));

  for (const [status, what, call] of SUCCESSES) {
    it(`${status}, ${what}: none`, async () => {
      const reply = await call();
      assert.equal(reply.status, status, reply.text);
      assert.ok(!('x-mock-hint' in reply.headers));
    });
  }

  it('holds nothing of the caller', async () => {
    const marked = 'Zq7-marked';
    for (const reply of [
      await mock.call('GET', `/${marked}`), await mock.call('GET', `/s/${marked}!/x`),
      await mock.api(FAIL, { reason: marked, [marked]: 1 }), await mock.api(FAIL, {}, { token: marked }),
      await mock.admin('GET', `/services/${marked}/tickets`), await mock.admin('DELETE', `/silos/${marked}`),
    ]) {
      assert.ok(reply.status >= 400);
      assert.ok(!reply.headers['x-mock-hint'].includes(marked));
    }
  });
});

describe('X-Mock-Request-Id', () => {
  for (const [status, what, call] of [...REFUSALS, ...SUCCESSES]) {
    it(`${status} ${what}`, async () => assert.match((await call()).headers['x-mock-request-id'] ?? '', /^[\x21-\x7e]+$/));
  }

  it('before there is an operation: a head that is no good', async () => {
    const { text, status } = await mock.raw(request('POST', path, { ...authorized, 'Content-Length': ['2', '3'] }, '{}'));
    assert.equal(status, 400, text);
    assert.match(text, /\r\nX-Mock-Request-Id: \S+\r\n/);
    assert.match(text, /\r\nX-Mock-Hint: [ -~]+\r\n/);
  });

  it('never the same twice in a silo', async () => {
    const silo = mock.silo();
    await newTicket(silo);
    const replies = await Promise.all(Array.from({ length: 100 }, () => silo.api(FAIL, { reason: 'ACCESS_DENIED' })));
    assert.equal(new Set(replies.map(({ headers }) => headers['x-mock-request-id'])).size, 100);
  });
});
