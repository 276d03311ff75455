import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, test } from 'node:test';
import { FAIL, until } from '../lib/check.mjs';
import { startMock } from '../lib/mock.mjs';
import { connect, request } from '../lib/raw.mjs';

const mock = await startMock({ args: ['--threads', '1'] });
after(() => mock.stop());

/** A stream of events; text grows as it comes, events() takes it apart. */
async function follow(silo, query = '') {
  const { host, port } = silo.mock ?? silo;
  const sent = http.get({ host, port, path: `${silo.prefix}/__admin/events${query}`, agent: false });
  sent.on('error', () => {});
  const [response] = await once(sent, 'response');
  const stream = { response, text: '', close: () => sent.destroy() };
  response.on('error', () => {});
  response.setEncoding('utf8').on('data', (text) => { stream.text += text; });
  stream.ended = new Promise((resolve) => { response.on('close', resolve); });
  stream.events = () => stream.text.split('\n\n').slice(0, -1).filter((text) => !text.startsWith(':')).map((text) => {
    const event = Object.fromEntries(text.split('\n').map((line) => /^(\w+): (.*)$/.exec(line).slice(1)));
    return { ...event, data: JSON.parse(event.data) };
  });
  await until(() => stream.text.startsWith(': connected\n\n'), 'the first comment');
  return stream;
}

test('each call is one event, from now on, as in the list', async () => {
  const silo = mock.silo();
  await silo.api(FAIL, {});
  const stream = await follow(silo);
  assert.match(stream.response.headers['content-type'], /^text\/event-stream/);
  await silo.api(FAIL, { reason: 'ACCESS_DENIED', ticket: 'mock-ticket-1' });
  await silo.admin('GET', '/requests');
  await mock.silo().api(FAIL, {});
  await silo.api(FAIL, {}, { token: 'nobody' });
  await until(() => stream.events().length === 2, 'two events');
  const listed = await silo.requests({ after: 1 });
  assert.deepEqual(stream.events(), listed.reverse().map((data) => ({ event: 'call', id: data.id, data })));
  stream.close();
});

test('after a given call', async () => {
  const silo = mock.silo();
  for (let i = 0; i < 3; i++) await silo.api(FAIL, {});
  const stream = await follow(silo, '?after=1');
  await until(() => stream.events().length === 2, 'two events');
  assert.deepEqual(stream.events().map(({ id }) => id), ['2', '3']);
  stream.close();
});

test('a reset starts the ids again', async () => {
  const silo = mock.silo();
  for (let i = 0; i < 3; i++) await silo.api(FAIL, {});
  const stream = await follow(silo);
  await silo.admin('POST', '/reset');
  await silo.api(FAIL, {});
  await until(() => stream.events().length === 1, 'one event');
  assert.equal(stream.events()[0].id, '1');
  stream.close();
});

test('many streams hold no worker', async () => {
  const silo = mock.silo();
  const streams = await Promise.all(Array.from({ length: 100 }, () => follow(silo)));
  for (let i = 0; i < 10; i++) assert.equal((await silo.api(FAIL, {})).status, 200);
  await until(() => streams.every((stream) => stream.events().length === 10), 'ten events for each');
  for (const stream of streams) stream.close();
  assert.equal((await silo.api(FAIL, {})).status, 200);
});

test('a dropped silo ends its streams and who waits in it', async (t) => {
  const silo = mock.silo();
  const stream = await follow(silo);
  const waiting = silo.admin('GET', '/requests/count?atLeast=1&waitMs=60000');
  await silo.admin('GET', '/requests');
  const reply = await silo.drop();
  if (reply.status === 404) { // an operation of its own, which may not be built
    await silo.api(FAIL, {});
    await waiting;
    stream.close();
    return t.skip('silos cannot be dropped in this build');
  }
  await stream.ended;
  assert.equal((await waiting).status, 404);
});

test('a reader that is too slow is told what it missed, and delays nobody', async () => {
  const small = await startMock({ args: ['--journal-size', '10', '--threads', '1'] });
  const socket = await connect(small.port);
  socket.pause();
  socket.write(request('GET', '/__admin/events'));
  const long = 'words/'.repeat(1000); // short ones, which are shown as they are
  const start = performance.now();
  let calls = 0;
  for (; calls < 3000; calls++) await small.call('GET', `/api/${long}`);
  assert.ok(performance.now() - start < 60_000);
  let text = '';
  socket.setEncoding('utf8').on('data', (part) => { text += part; });
  socket.resume();
  await until(() => text.includes(`id: ${calls}\n`), 'the last call');
  assert.match(text, /event: dropped\ndata: \{"dropped":\d+\}/);
  const shown = [...text.matchAll(/event: call\n/g)].length;
  const dropped = [...text.matchAll(/"dropped":(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  assert.equal(shown + dropped, calls);
  socket.destroy();
  await small.stop();
});

test('silence is broken now and then', async () => {
  const stream = await follow(mock.silo());
  await until(() => /\n\n: .*\n\n$/.test(stream.text), 'a second comment', 20_000);
  stream.close();
});

test('the end of the server ends its streams', async () => {
  const one = await startMock();
  const streams = await Promise.all(Array.from({ length: 20 }, () => follow(one)));
  const start = performance.now();
  await one.stop();
  assert.ok(performance.now() - start < 1_000);
  await Promise.all(streams.map((stream) => stream.ended));
});

test('HEAD gets the head', async () => {
  const reply = await mock.silo().call('HEAD', '/__admin/events');
  assert.equal(reply.status, 200);
});
