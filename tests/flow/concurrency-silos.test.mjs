// Clients that use, reset, restore and drop the same silos at the same time. Under ThreadSanitizer
// (tests/run --sanitize thread concurrency) it goes on for a minute.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAIL } from '../lib/check.mjs';
import { SERVICE, startMock } from '../lib/mock.mjs';

const threadSanitized = (process.env.AUTHLETE_MOCK_SANITIZED ?? '').includes('thread');
const SECONDS = threadSanitized ? 60 : 5;
const CLIENTS = 32;
const SILOS = ['a', 'b', 'c', 'd', 'e'];

/** What a client may do in a silo, how often, and the statuses that are right for it. */
const deeds = [
  [20, [200], (silo) => silo.api(FAIL, { ticket: 'mock-ticket-1', reason: 'ACCESS_DENIED' })],
  [10, [200], async (silo) => {
    const made = await silo.admin('POST', `/services/${SERVICE}/tickets`, {});
    assert.equal(made.status, 201, made.text);
    return silo.api(FAIL, { ticket: made.json.ticket });
  }],
  [4, [204], (silo) => silo.admin('POST', '/reset')],
  [4, [204, 503], (silo) => silo.admin('PUT', '/snapshots/s')],
  [4, [204, 404], (silo) => silo.admin('POST', '/snapshots/s/restore')],
  [2, [204, 404], (silo) => silo.admin('POST', '/reset', { to: 's' })],
  [1, [204, 404], (silo) => silo.admin('DELETE', '/snapshots/s')],
  [4, [204, 404], (silo) => silo.drop()],
  [4, [200], (silo) => silo.admin('GET', '/requests?limit=20')],
  [4, [200, 404], (silo) => silo.admin('GET', '/requests/count?atLeast=1000000&waitMs=20')],
  [1, [204], (silo) => silo.admin('DELETE', '/requests')],
  [2, [201], (silo) => silo.admin('POST', '/faults', { operation: FAIL, times: 1, effect: { delayMs: 5 } })],
  [1, [204], (silo) => silo.admin('DELETE', '/faults')],
  [2, [200], (silo) => silo.admin('POST', '/clock/advance', { seconds: 3600 })],
  [1, [200], (silo) => silo.admin('PUT', '/clock', { frozen: true })],
  [1, [200], (silo) => silo.admin('GET', '/coverage')],
  [2, [200], (silo) => silo.admin('GET', '/silos')],
].flatMap((deed) => Array(deed[0]).fill(deed));

test(`${CLIENTS} clients for ${SECONDS} s`, async () => {
  const mock = await startMock({ args: ['--threads', '4', '--log', 'off'] });
  const end = performance.now() + SECONDS * 1000;
  let calls = 0;
  await Promise.all(Array.from({ length: CLIENTS }, async (_, client) => {
    for (let i = client; performance.now() < end; i++) {
      const silo = mock.silo(SILOS[Math.floor(Math.random() * SILOS.length)]);
      const [, right, act] = deeds[Math.floor(Math.random() * deeds.length)];
      const reply = await act(silo);
      assert.ok(right.includes(reply.status), `${act}: ${reply.status} ${reply.text}`);
      calls++;
    }
  }));
  assert.ok(calls > 100, `${calls} calls`);
  console.log(`# ${calls} calls`);
  for (const name of SILOS) await mock.silo(name).drop();
  const left = await mock.admin('GET', '/silos');
  assert.deepEqual(left.json.silos.map(({ name }) => name), ['default']);
  await mock.stop();
});
