// --random-seed and a frozen clock: the same calls give the same bytes, whatever other silos do meanwhile.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FAIL } from '../lib/check.mjs';
import { SERVICE, startMock } from '../lib/mock.mjs';

const NOW = Date.UTC(2030, 0, 2, 3, 4, 5);
const tickets = `/services/${SERVICE}/tickets`;

/** What a test would do; gives all that came back, headers included. */
async function script(silo) {
  const replies = [];
  const keep = (reply) => replies.push([reply.status, reply.headers, reply.text]);
  keep(await silo.admin('PUT', '/clock', { now: NOW, frozen: true }));
  assert.equal(replies[0][0], 200, replies[0][2]);
  keep(await silo.admin('POST', '/services', { accessToken: 'known' }));
  keep(await silo.admin('POST', '/services', { tickets: [{}, { expiresIn: 5 }] }));
  const { serviceId } = JSON.parse(replies.at(-1)[2]);
  keep(await silo.admin('GET', `/services/${serviceId}/tickets`)); // those of the seed are older than the frozen time
  keep(await silo.admin('POST', tickets, { count: 3, expiresIn: 60 }));
  const [, , text] = replies.at(-1);
  const [ticket] = JSON.parse(text).tickets;
  keep(await silo.admin('GET', `${tickets}/${ticket}`));
  keep(await silo.api(FAIL, { reason: 'ACCESS_DENIED', ticket }));
  keep(await silo.api(FAIL, { reason: 'NONSENSE' }));
  keep(await silo.api(FAIL, {}, { token: 'nobody' }));
  keep(await silo.admin('GET', `${tickets}/${ticket}`));
  assert.deepEqual(replies.map(([status]) => status), [200, 201, 201, 200, 201, 200, 200, 400, 401, 404]);
  return replies;
}

async function withSeed(seed, work) {
  const mock = await startMock({ args: ['--random-seed', String(seed), '--threads', '2'] });
  try {
    return await work(mock);
  } finally {
    await mock.stop();
  }
}

/** Another silo that is busy until the work is done. */
async function besideNoise(mock, work) {
  let busy = true;
  const noise = mock.silo('noise');
  const noisy = Array.from({ length: 4 }, async () => {
    while (busy) await noise.admin('POST', tickets, { count: 5 });
  });
  try {
    return await work();
  } finally {
    busy = false;
    await Promise.all(noisy);
  }
}

describe('--random-seed', () => {
  it('repeats every byte in another process, beside other silos', async () => {
    const first = await withSeed(42, (mock) => script(mock.silo('same')));
    const second = await withSeed(42, (mock) => besideNoise(mock, () => script(mock.silo('same'))));
    assert.deepEqual(second, first);
    assert.ok(first.every(([, headers]) => headers['x-mock-request-id']));
    assert.equal(new Date(first.at(-1)[1].date).getTime(), NOW);
  });

  it('repeats in the default silo, and after a reset', () => withSeed(7, async (mock) => {
    const first = await script(mock);
    await mock.admin('POST', '/reset');
    const again = await script(mock);
    assert.deepEqual(again.map(([status, , text]) => [status, text]), first.map(([status, , text]) => [status, text]));
  }));

  it('repeats in a silo that was dropped', () => withSeed(7, async (mock) => {
    const first = await script(mock.silo('again'));
    await mock.silo('again').drop();
    assert.deepEqual(await script(mock.silo('again')), first);
  }));

  it('another seed, another silo or none: other tickets, tokens and ids', async () => {
    const made = async (mock, name) => {
      const service = (await mock.silo(name).admin('POST', '/services', {})).json;
      const ticket = (await mock.silo(name).admin('POST', tickets)).json.ticket;
      return [String(service.serviceId), ticket, JSON.stringify(service)];
    };
    const all = [
      await withSeed(1, (mock) => made(mock, 'a')), await withSeed(1, (mock) => made(mock, 'b')),
      await withSeed(2, (mock) => made(mock, 'a')), await withSeed(1, (mock) => made(mock, 'default')),
    ];
    const real = await startMock();
    all.push(await made(real, 'a'));
    await real.admin('POST', '/reset');
    await real.silo('a').admin('POST', '/reset');
    all.push(await made(real, 'a'));
    await real.stop();
    for (let i = 0; i < 3; i++) assert.equal(new Set(all.map((values) => values[i])).size, all.length);
    assert.deepEqual(await withSeed(1, (mock) => made(mock, 'a')), all[0]);
  });
});
