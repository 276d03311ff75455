import assert from 'node:assert/strict';
import http from 'node:http';
import { after, test } from 'node:test';
import { FAIL, M_CODE, assertFailed, assertRefused, hasTicket, listTickets, newTicket, newTickets, until }
  from '../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../lib/mock.mjs';
import { isStopped } from '../lib/process.mjs';
import { connect, request } from '../lib/raw.mjs';

const mock = await startMock({ args: ['--threads', '4'] });
after(() => mock.stop());

const CLIENTS = 64;

/** Sends the same bytes from that many connections at once; the replies without what differs by nature. */
async function allAtOnce(bytes, clients = CLIENTS) {
  const sockets = await Promise.all(Array.from({ length: clients }, () => connect(mock.port)));
  const replies = sockets.map((socket) => new Promise((resolve) => {
    const chunks = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  }));
  sockets.forEach((socket) => socket.write(bytes));
  return (await Promise.all(replies)).map((text) => text.replace(/^(Date|X-Mock-Request-Id): .*\r\n/gim, ''));
}

test('ciba-39 one ticket failed by 64 clients at once: equal answers, one deletion', async () => {
  for (let round = 0; round < 20; round++) {
    const ticket = await newTicket(mock);
    const others = (await listTickets(mock)).filter((name) => name !== ticket);
    const replies = await allAtOnce(request('POST', `/api/${SERVICE}/${FAIL}`,
      { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
      JSON.stringify({ ticket, reason: 'ACCESS_DENIED' })));
    assert.equal(replies.length, CLIENTS);
    assert.match(replies[0], /^HTTP\/1\.1 200 /);
    assert.deepEqual([...new Set(replies)], [replies[0]]);
    assert.deepEqual(await listTickets(mock), others);
  }
});

test('one name created by 64 clients at once: one has it', async () => {
  const replies = await allAtOnce(request('POST', `/__admin/services/${SERVICE}/tickets`,
    { 'Content-Type': 'application/json' }, '{"ticket":"wanted"}'));
  const statuses = replies.map((text) => Number(text.slice(9, 12))).sort();
  assert.deepEqual(statuses, [201, ...Array(CLIENTS - 1).fill(409)]);
  assert.ok(await hasTicket(mock, 'wanted'));
});

test('every client fails tickets of its own: all go, no other', async () => {
  const kept = await listTickets(mock);
  const tickets = await newTickets(mock, 3200);
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  await Promise.all(tickets.map(async (ticket) => {
    const reply = await mock.call('POST', `/api/${SERVICE}/${FAIL}`, {
      agent, headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ticket, reason: 'ACCESS_DENIED' }),
    });
    assertFailed(reply, 'FORBIDDEN', '{"error":"access_denied"}');
  }));
  agent.destroy();
  assert.deepEqual(await listTickets(mock), kept);
});

test('creating and failing the same names side by side ends in a state that the answers explain', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `race-${i}`);
  let made = 0;
  await Promise.all(names.flatMap((ticket) => [1, 2, 3].flatMap(() => [
    mock.admin('POST', `/services/${SERVICE}/tickets`, { ticket }).then((reply) => {
      if (reply.status === 201) made++;
      else assertRefused(reply, 409, M_CODE);
    }),
    mock.api(FAIL, { ticket }).then((reply) => assert.equal(reply.status, 200)),
  ])));
  assert.ok(made >= names.length);
  await Promise.all(names.map((ticket) => mock.api(FAIL, { ticket })));
  assert.deepEqual((await listTickets(mock)).filter((name) => name.startsWith('race-')), []);
});

// libmicrohttpd takes 128 events at a time and waits for more after a full hand.
for (const count of [127, 128, 129, 255, 256, 257, 384]) {
  test(`calls of ${count} connections that arrive in the same instant are all answered`, async () => {
    const single = await startMock({ args: ['--threads', '1', '--log', 'off'] });
    const sockets = await Promise.all(Array.from({ length: count }, () => connect(single.port)));
    await single.call('GET', '/api/info'); // the connections before this one are accepted
    process.kill(single.pid, 'SIGSTOP');
    await until(() => isStopped(single.pid), 'the server stands still');
    const bytes = request('GET', '/api/lifecycle/healthcheck');
    await Promise.all(sockets.map((socket) => new Promise((resolve) => { socket.write(bytes, resolve); })));
    let answered = 0;
    sockets.forEach((socket) => socket.once('data', () => { answered++; }));
    process.kill(single.pid, 'SIGCONT');
    await until(() => answered === count, 'every connection has its answer', 5000)
      .finally(() => sockets.forEach((socket) => socket.destroy()));
    await single.stop();
  });
}
