// One line per call on stderr, that programs can read and that gives nothing away.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FAIL, newTicket, newTickets, showTicket, until } from '../lib/check.mjs';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN, startMock } from '../lib/mock.mjs';
import { request } from '../lib/raw.mjs';

/** Calls of all kinds; gives the secrets that they carried, and how many there were. */
async function callAround(mock) {
  const secrets = [TOKEN, ORGANIZATION_TOKEN, 'mock-service-secret', 'nobody-knows-this', 'Pa55word', 'mock-ticket'];
  const silo = mock.silo('logged');
  const replies = [];
  const made = await newTicket(silo);
  secrets.push(made, ...await newTickets(mock, 3));
  replies.push(await silo.api(FAIL, { reason: 'ACCESS_DENIED', ticket: made }));
  replies.push(await mock.api(FAIL, { reason: 'ACCESS_DENIED', ticket: 'mock-ticket-1' }, { token: ORGANIZATION_TOKEN }));
  replies.push(await mock.api(FAIL, { reason: 'SERVER_ERROR' }, { token: 'nobody-knows-this' }));
  replies.push(await mock.api(FAIL, { reason: 'nobody-knows-this' }));
  replies.push(await mock.call('POST', `/api/${FAIL}`, {
    headers: { Authorization: `Basic ${btoa(`${SERVICE}:mock-service-secret`)}`, 'Content-Type': 'application/json' },
    body: '{"reason":"ACCESS_DENIED","ticket":"mock-ticket-2"}',
  }));
  replies.push(await mock.call('GET', `/api/misc/echo?token=${TOKEN}`));
  replies.push(await mock.call('GET', `/a/path/of/nothing/at/all/${TOKEN}`));
  replies.push(await mock.call('GET', '/api/x"\\%22/y?t=nobody-knows-this'));
  replies.push(await mock.call('GET', '/s/b%20d/api/x'));
  await showTicket(mock, 'mock-ticket-3');
  replies.push(await mock.admin('POST', '/services', { serviceId: 78, apiSecret: 'Pa55word', accessToken: 'nobody-knows-this' }));
  replies.push(await silo.admin('DELETE', `/services/${SERVICE}/tickets/mock-ticket-4`));
  await mock.raw(request('BREW"\\TEA-and-more', '/\x01?', {}));
  return { secrets, replies, calls: replies.length + 4 };
}

const lines = (mock) => mock.stderr.split('\n').slice(0, -1);

async function logged(args) {
  const mock = await startMock({ args, collect: false });
  const done = await callAround(mock);
  await until(() => lines(mock).length >= done.calls, 'a line for each call');
  await mock.stop();
  for (const secret of done.secrets) assert.ok(!mock.stderr.includes(secret), `${secret} is in the log`);
  return { ...done, mock };
}

describe('--log json', () => {
  it('is one object per line and call, without secrets', async () => {
    const { mock, calls, replies } = await logged(['--log', 'json']);
    const entries = lines(mock).map((line) => JSON.parse(line));
    assert.equal(entries.length, calls);
    for (const entry of entries) {
      assert.match(entry.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.ok(Math.abs(Date.parse(entry.time) - Date.now()) < 60_000);
      assert.match(entry.silo, /^(default|logged)$/);
      assert.match(entry.method, /^.{3,10}$/);
      assert.ok(entry.id && Number.isInteger(entry.status) && Number.isInteger(entry.durationUs));
      assert.notEqual('operation' in entry, 'path' in entry);
      assert.ok(Object.values(entry).every((value) => value !== null));
    }
    const [first] = replies;
    const entry = entries.find(({ silo, id }) => silo === 'logged' && id === first.headers['x-mock-request-id']);
    const { operation, serviceId, status, resultCode, action } = entry;
    assert.deepEqual({ operation, serviceId, status, resultCode, action },
      { operation: FAIL, serviceId: Number(SERVICE), status: 200, resultCode: 'A185001', action: 'FORBIDDEN' });
    assert.equal(entries.filter((e) => e.operation?.startsWith('__admin/services')).length, 5);
    assert.deepEqual([...new Set(entries.map((e) => e.resultCode))].filter(Boolean).sort(),
      [...new Set(replies.map(({ json }) => json?.resultCode))].filter(Boolean).sort());
  });

  it('is the variable too', async () => {
    const mock = await startMock({ env: { AUTHLETE_MOCK_LOG: 'json' } });
    await mock.admin('GET', '/version');
    await until(() => lines(mock).length === 1, 'a line');
    assert.equal(JSON.parse(lines(mock)[0]).operation, '__admin/version');
    await mock.stop();
  });
});

describe('--log text', () => {
  it('names silo, id and outcome, without secrets', async () => {
    const { mock, calls, replies: [inSilo, inDefault] } = await logged(['--log', 'text']);
    assert.equal(lines(mock).length, calls);
    const outcome = `POST /${FAIL} service=${SERVICE} 200 A185001 FORBIDDEN `;
    assert.ok(mock.stderr.includes(` logged/${inSilo.headers['x-mock-request-id']} ${outcome}`), mock.stderr);
    assert.ok(mock.stderr.includes(`Z ${inDefault.headers['x-mock-request-id']} ${outcome}`), mock.stderr);
    for (const line of lines(mock)) assert.match(line, /^\S+Z (logged\/)?\S+ \S+ \/\S* service=\d+ \d{3} \S+ \S+ \d+us$/);
  });
});

it('--log off says nothing', async () => {
  const mock = await startMock({ args: ['--log', 'off'] });
  await callAround(mock);
  await mock.stop();
  assert.equal(mock.stderr, '');
});
