// The log never holds up a call, whatever becomes of its reader.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { FAIL, listTickets, until } from '../lib/check.mjs';
import { startMock } from '../lib/mock.mjs';

const CALLS = 20_000;

/** Makes the calls from 16 connections; no call waits for whoever should read the log. */
async function load(mock, calls) {
  const times = [];
  let left = calls;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (left-- > 0) {
      const start = performance.now();
      const reply = await mock.api(FAIL, { reason: 'ACCESS_DENIED' });
      assert.equal(reply.status, 200, reply.text);
      times.push(performance.now() - start);
    }
  }));
  times.sort((a, b) => a - b);
  assert.ok(times[calls / 2] < 50, `median ${times[calls / 2]} ms`);
  assert.ok(times.at(-1) < 5000, `slowest ${times.at(-1)} ms`); // the machine may stall, for a while
}

describe('stderr that nobody reads', () => {
  it('delays no call, and tells the reader who comes late what is lost', async () => {
    const mock = await startMock({ readStderr: false, collect: false });
    await load(mock, CALLS);
    assert.equal((await listTickets(mock)).length, 9);

    mock.readStderr();
    const lines = () => mock.stderr.split('\n').slice(0, -1);
    const written = () => lines().filter((line) => /\b(GET|POST) \//.test(line)).length;
    const lost = () => lines().filter((line) => /\b(lost|dropped)\b/.test(line))
      .reduce((sum, line) => sum + Number(/ (\d+) /.exec(line)[1]), 0);
    await until(() => written() + lost() > CALLS, 'a line for each call or a count of those lost');
    await mock.stop();
    assert.ok(lost() > 0 && written() > 0);
    assert.equal(written() + lost(), CALLS + 1, `${written()} written, ${lost()} lost`);
  });

  it('does not keep the server from ending', async () => {
    const mock = await startMock({ readStderr: false });
    await load(mock, 5_000);
    mock.child.ref();
    const start = performance.now();
    mock.child.kill('SIGTERM');
    assert.deepEqual(await once(mock.child, 'exit'), [0, null]);
    assert.ok(performance.now() - start < 1000); // 100 ms, but the machine may stall
  });

  it('a reader that went away harms nothing', async () => {
    const mock = await startMock({ readStderr: false });
    mock.child.stderr.destroy();
    await load(mock, 500);
    await mock.stop();
  });
});
