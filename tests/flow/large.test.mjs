// Replies as large as there is data for them, and what a caller hears when one would be too large.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { assertRefused } from '../lib/check.mjs';
import { withMock } from '../lib/mock.mjs';

const directory = await mkdtemp(join(tmpdir(), 'authlete-mock-large-'));
after(() => rm(directory, { recursive: true }));

/** A server whose service 7 has so many clients, each with a description of so many bytes. */
async function withClients(count, bytes, work) {
  const clients = Array.from({ length: count }, (_, i) => ({ clientId: i + 1, clientSecret: 's', description: 'x'.repeat(bytes) }));
  const seed = join(directory, `${count}-${bytes}.json`);
  await writeFile(seed, JSON.stringify({ services: [{ serviceId: 7, accessTokens: ['t'], clients }] }));
  const list = (mock, end) => mock.call('GET', `/api/7/client/get/list?end=${end}`, { headers: { Authorization: 'Bearer t' } });
  return withMock({ args: ['--seed', seed] }, (mock) => work((end) => list(mock, end), mock));
}

test('ten thousand clients in one reply', () => withClients(10_000, 100, async (list) => {
  const reply = await list(10_000);
  assert.equal(reply.status, 200, reply.text.slice(0, 200));
  assert.deepEqual(reply.json.clients.map(({ clientId }) => clientId), Array.from({ length: 10_000 }, (_, i) => i + 1));
}));

test('a page that is too large is refused by name, and smaller ones come', () => withClients(3000, 20_000, async (list, mock) => {
  const reply = await list(3000);
  assertRefused(reply, 400, 'M000222', /104 MiB/);
  assert.match(reply.headers['x-mock-hint'], /start and end/);
  const { json: call } = await mock.admin('GET', `/requests/${reply.headers['x-mock-request-id']}`);
  assert.deepEqual([call.why.at(-1).check, call.why.at(-1).decided], ['memory', true]);
  const smaller = await list(1000);
  assert.deepEqual([smaller.status, smaller.json.clients.length], [200, 1000]);
}));
