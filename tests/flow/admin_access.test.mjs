// Who may use /__admin: everybody, who has the token, or nobody.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FAIL, assertRefused } from '../lib/check.mjs';
import { SERVICE, run, withMock } from '../lib/mock.mjs';

const SECRET = 'control-token-1';
// Every control call there is, from the document itself, but health.
const { paths } = JSON.parse((await run(['openapi'])).stdout);
const CALLS = Object.entries(paths)
  .filter(([path]) => path.startsWith('/__admin/') && path !== '/__admin/health')
  .flatMap(([path, methods]) => Object.keys(methods).filter((name) => /^(get|post|put|delete)$/.test(name))
    .map((method) => [method.toUpperCase(), path.replace('/__admin', '').replace('{serviceId}', SERVICE).replace(/\{\w+\}/, 'x')]));
assert.ok(CALLS.length > 25, `${CALLS.length} control calls`);

async function apiIsOpen(mock) {
  assert.equal((await mock.api(FAIL, { reason: 'ACCESS_DENIED' })).status, 200);
  assert.equal((await mock.silo().api(FAIL, { reason: 'ACCESS_DENIED' })).status, 200);
  assert.equal((await mock.call('GET', '/api/lifecycle/healthcheck')).status, 200);
}

describe('--admin-token', () => {
  const guarded = { args: ['--admin-token', SECRET] };
  const control = (mock, authorization, method = 'GET', path = '/version') =>
    mock.call(method, `/__admin${path}`, authorization === undefined ? {} : { headers: { Authorization: authorization } });

  it('is wanted by every control call but health', () => withMock(guarded, async (mock) => {
    for (const caller of [mock, mock.silo()]) {
      for (const [method, path] of CALLS) {
        const reply = await control(caller, undefined, method, path);
        assertRefused(reply, 401, 'M000221', /--admin-token/);
        assert.match(reply.headers['www-authenticate'], /^Bearer\b/);
        assert.ok(!reply.text.includes(SECRET));
      }
      assert.equal((await control(caller, undefined, 'GET', '/health')).status, 200);
    }
    await apiIsOpen(mock);
    const tickets = await control(mock, `Bearer ${SECRET}`, 'GET', `/services/${SERVICE}/tickets`);
    assert.equal(tickets.json.totalCount, 9, 'no refused call did anything');
  }));

  it('opens them', () => withMock(guarded, async (mock) => {
    for (const authorization of [`Bearer ${SECRET}`, `bearer ${SECRET}`, `Bearer   ${SECRET} `]) {
      assert.equal((await control(mock, authorization)).status, 200, authorization);
    }
    const reply = await control(mock.silo(), `Bearer ${SECRET}`, 'POST', `/services/${SERVICE}/tickets`);
    assert.equal(reply.status, 201, reply.text);
  }));

  it('is nothing else', () => withMock(guarded, async (mock) => {
    for (const authorization of [
      '', SECRET, `Basic ${SECRET}`, 'Bearer', 'Bearer ', `Bearer ${SECRET}x`, `Bearer ${SECRET.slice(1)}`,
      'Bearer mock-service-token', `Bearer ${SECRET} ${SECRET}`, [`Bearer ${SECRET}`, `Bearer ${SECRET}`],
    ]) assertRefused(await control(mock, authorization), 401, 'M000221');
    assertRefused(await mock.api(FAIL, {}, { token: SECRET }), 401, 'A458101');
  }));

  it('as a variable', () => withMock({ env: { AUTHLETE_MOCK_ADMIN_TOKEN: SECRET } }, async (mock) => {
    assertRefused(await mock.admin('GET', '/version'), 401, 'M000221');
  }));

  it('without it nothing is wanted', () => withMock({}, async (mock) => {
    assert.equal((await control(mock, 'Bearer whatever')).status, 200);
  }));
});

describe('--no-admin', () => {
  async function assertGone(mock) {
    for (const caller of [mock, mock.silo()]) {
      for (const [method, path] of [['GET', '/health'], ['PATCH', '/reset'], ...CALLS]) {
        const reply = await caller.call(method, `/__admin${path}`);
        assertRefused(reply, 404, 'M000201');
        assert.ok(!('allow' in reply.headers), `${method} ${path}`);
      }
    }
    const unknown = await mock.call('GET', '/nowhere');
    assert.equal((await mock.admin('GET', '/version')).text, unknown.text);
    await apiIsOpen(mock);
  }

  it('leaves no control call', () => withMock({ args: ['--no-admin'] }, assertGone));
  it('whatever the token', () => withMock({ args: ['--no-admin', '--admin-token', SECRET] }, assertGone));

  for (const value of ['1', 'true']) {
    it(`as the variable ${value}`, () => withMock({ env: { AUTHLETE_MOCK_NO_ADMIN: value } }, assertGone));
  }
  for (const options of [{ env: { AUTHLETE_MOCK_NO_ADMIN: '0' } }, { env: { AUTHLETE_MOCK_NO_ADMIN: 'false' } },
    { env: { AUTHLETE_MOCK_NO_ADMIN: '1' }, args: ['--no-admin=false'] }]) {
    it(`not with ${JSON.stringify(options)}`, () => withMock(options, async (mock) => {
      assert.equal((await mock.admin('GET', '/health')).status, 200);
    }));
  }

  it('a bad value stops the start', async () => {
    for (const value of ['yes', '', 'TRUE', '2']) {
      const end = await run([], { env: { AUTHLETE_MOCK_NO_ADMIN: value } });
      assert.deepEqual([end.code, end.stdout], [2, '']);
      assert.match(end.stderr, /^[^\n]*AUTHLETE_MOCK_NO_ADMIN takes 1, true, 0 or false[^\n]*\n$/);
    }
  });
});
