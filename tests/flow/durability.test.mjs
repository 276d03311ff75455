// --db FILE: what was answered is kept, and files that are not ours are left alone.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { FAIL, hasTicket, listTickets, newTicket, newTickets, showTicket } from '../lib/check.mjs';
import { SERVICE, run, startMock } from '../lib/mock.mjs';
import { foreignDatabase } from '../lib/sqlite.mjs';

const directory = await mkdtemp(join(tmpdir(), 'authlete-mock-db-'));
after(() => rm(directory, { recursive: true }));

const SEED_TICKETS = Array.from({ length: 9 }, (_, i) => `mock-ticket-${i + 1}`);
let files = 0;
const newFile = () => join(directory, `${++files}.db`);
const open = (file, ...args) => startMock({ args: ['--db', file, ...args] });

describe('an orderly end', () => {
  it('keeps everything, and the seed fills a new file only', async () => {
    const file = newFile();
    let mock = await open(file);
    assert.deepEqual(await listTickets(mock), SEED_TICKETS);
    await mock.api(FAIL, { ticket: 'mock-ticket-1' });
    const ticket = await newTicket(mock, { expiresIn: 1000, clientId: 7 });
    await mock.admin('POST', '/services', { serviceId: 55, accessToken: 't55' });
    const before = [await listTickets(mock), await showTicket(mock, ticket)];
    await mock.stop();

    mock = await open(file, '--seed-json', '{"services":[{"serviceId":99,"accessTokens":["t99"]}]}');
    assert.deepEqual([await listTickets(mock), await showTicket(mock, ticket)], before);
    assert.equal((await mock.api(FAIL, {}, { service: '55', token: 't55' })).status, 200);
    assert.equal((await mock.api(FAIL, {}, { service: '99', token: 't99' })).status, 401);
    await mock.stop();
  });

  it('reset goes back to the seed, and that is kept too', async () => {
    const file = newFile();
    let mock = await open(file);
    await newTickets(mock, 100);
    await mock.api(FAIL, { ticket: 'mock-ticket-1' });
    assert.equal((await mock.admin('POST', '/reset')).status, 204);
    assert.deepEqual(await listTickets(mock), SEED_TICKETS);
    await mock.kill();
    mock = await open(file);
    assert.deepEqual(await listTickets(mock), SEED_TICKETS);
    await mock.stop();
  });
});

describe('snapshots', () => {
  it('are restored into the file, and what was restored is kept', async () => {
    const file = newFile();
    let mock = await open(file);
    await newTickets(mock, 3000);
    const before = await listTickets(mock);
    assert.equal((await mock.admin('PUT', '/snapshots/a')).status, 204);
    const image = (await mock.call('GET', '/__admin/snapshots/a')).bytes;
    assert.deepEqual([...image.subarray(18, 20)], [1, 1]); // the file is in WAL mode; an image never is
    await mock.admin('POST', '/reset', { to: 'empty' });
    assert.equal((await mock.admin('POST', '/snapshots/a/restore')).status, 204);
    await mock.api(FAIL, { ticket: 'mock-ticket-1' });
    await mock.kill();
    mock = await open(file);
    assert.deepEqual(await listTickets(mock), before.filter((ticket) => ticket !== 'mock-ticket-1'));
    await mock.admin('PUT', '/snapshots/b', undefined);
    const headers = { 'Content-Type': 'application/octet-stream' };
    assert.equal((await mock.call('PUT', '/__admin/snapshots/a', { headers, body: image })).status, 204);
    assert.equal((await mock.admin('POST', '/reset', { to: 'a' })).status, 204);
    assert.deepEqual(await listTickets(mock), before);
    await mock.stop();
  });

  it('take a file that was kept by an earlier run', async () => {
    const file = newFile();
    let mock = await open(file);
    const ticket = await newTicket(mock);
    await mock.stop();
    mock = await startMock();
    const reply = await mock.call('PUT', '/__admin/snapshots/a',
      { headers: { 'Content-Type': 'application/octet-stream' }, body: await readFile(file) });
    assert.equal(reply.status, 204, reply.text);
    assert.equal((await mock.admin('POST', '/snapshots/a/restore')).status, 204);
    assert.ok(await hasTicket(mock, ticket));
    await mock.stop();
  });
});

describe('kill -9 in the midst of resets', () => {
  it('leaves one state or the other', async () => {
    const file = newFile();
    let mock = await open(file);
    await newTickets(mock, 2000);
    await mock.admin('PUT', '/snapshots/full');
    const image = (await mock.call('GET', '/__admin/snapshots/full')).bytes;
    for (let round = 0; round < 8; round++) {
      const resets = (async () => {
        for (let i = 0; ; i++) {
          const to = i % 2 ? 'seed' : 'full';
          const reply = await mock.admin('POST', '/reset', { to }).catch(() => null);
          if (!reply) return;
          assert.equal(reply.status, 204, reply.text);
        }
      })();
      await new Promise((resolve) => { setTimeout(resolve, 30 + 17 * round); });
      await mock.kill();
      await resets;
      mock = await open(file);
      const { length } = await listTickets(mock);
      assert.ok(length === 9 || length === 2009, `round ${round}: ${length} tickets`);
      assert.equal((await mock.api(FAIL, {})).status, 200); // the tokens are there too
      const reply = await mock.call('PUT', '/__admin/snapshots/full',
        { headers: { 'Content-Type': 'application/octet-stream' }, body: image });
      assert.equal(reply.status, 204, reply.text);
    }
    await mock.stop();
  });
});

describe('kill -9 under load', () => {
  it('every acknowledged write survives, again and again', async () => {
    const file = newFile();
    let mock = await open(file);
    const present = new Set(SEED_TICKETS); // acknowledged creations
    const gone = new Set();                // acknowledged deletions
    for (let round = 0; round < 5; round++) {
      const batches = await load(mock, round, present, gone, 200 + 300 * round);
      mock = await open(file);
      const found = new Set(await listTickets(mock));
      for (const ticket of present) assert.ok(found.has(ticket), `round ${round}: ${ticket} was created`);
      for (const ticket of gone) assert.ok(!found.has(ticket), `round ${round}: ${ticket} was deleted`);
      for (const batch of batches) {
        const kept = batch.filter((ticket) => found.has(ticket)).length;
        assert.ok(kept === 0 || kept === batch.length, `round ${round}: ${kept} of a batch of ${batch.length}`);
      }
      for (const ticket of found) present.add(ticket); // what was not answered went either way
    }
    await mock.stop();
    assert.ok(gone.size > 1000);
  });

  /**
   * Creates and fails tickets from all sides, kills the server in the midst of it, and keeps account
   * of what it acknowledged. Gives the batches created, acknowledged or not.
   */
  async function load(mock, round, present, gone, deletions) {
    const batches = [];
    const target = gone.size + deletions;
    let killed;
    const acknowledged = (work) => work.then((reply) => reply, () => null);
    const single = async (worker) => {
      for (let i = 0; ; i++) {
        const ticket = `${round}-${worker}-${i}`;
        const made = await acknowledged(mock.admin('POST', `/services/${SERVICE}/tickets`, { ticket }));
        if (!made) return;
        assert.equal(made.status, 201, made.text);
        present.add(ticket);
        if (i % 4 === 0) continue;
        present.delete(ticket); // from here on it may be gone
        const failed = await acknowledged(mock.api(FAIL, { ticket }));
        if (!failed) return;
        assert.equal(failed.status, 200, failed.text);
        gone.add(ticket);
        if (gone.size >= target) killed ??= mock.kill();
      }
    };
    const batch = async () => {
      for (let i = 0; ; i++) {
        const names = Array.from({ length: 50 }, (_, n) => `${round}-batch-${i}-${n}`);
        batches.push(names);
        const made = await acknowledged(
          mock.admin('POST', `/services/${SERVICE}/tickets`, { tickets: names.map((ticket) => ({ ticket })) }));
        if (!made) return;
        assert.equal(made.status, 201, made.text);
        names.forEach((name) => present.add(name));
      }
    };
    await Promise.all([...Array.from({ length: 12 }, (_, worker) => single(worker)), batch()]);
    await killed;
    return batches;
  }
});

describe('refused with exit code 4', () => {
  /** The start fails with one line that names the file, and the file stays as it was. */
  async function assertRefused(file, says = /./) {
    const before = await readFile(file).catch((error) => error.code);
    const { code, stdout, stderr } = await run(['--port', '0', '--db', file]);
    assert.equal(code, 4, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^[^\n]+\n$/);
    assert.ok(stderr.includes(file), stderr);
    assert.match(stderr, says);
    assert.deepEqual(await readFile(file).catch((error) => error.code), before);
  }

  it('a file another process serves', async () => {
    const file = newFile();
    const mock = await open(file);
    const ticket = await newTicket(mock);
    for (let i = 0; i < 3; i++) {
      const { code, stdout, stderr } = await run(['--port', '0', '--db', file]);
      assert.equal(code, 4, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /^[^\n]+\n$/);
      assert.match(stderr, /\b(in use|used|locked|another)\b/);
    }
    assert.ok(await hasTicket(mock, ticket));
    assert.equal((await mock.api(FAIL, { ticket })).status, 200);
    await mock.kill(); // a process that died holds nothing
    const next = await open(file);
    assert.equal(await hasTicket(next, ticket), false);
    await next.stop();
  });

  let ours;
  const damaged = async (harm) => {
    if (!ours) {
      const file = newFile();
      const mock = await open(file);
      await newTickets(mock, 5000);
      await mock.stop();
      ours = await readFile(file);
    }
    const file = newFile();
    await writeFile(file, harm(Buffer.from(ours)));
    return file;
  };

  for (const [what, harm] of [
    ['text', () => Buffer.from('dear diary\n'.repeat(1000))],
    ['a few bytes', () => Buffer.from('x')],
    ['zeros', () => Buffer.alloc(8192)],
    ['a database cut in half', (bytes) => bytes.subarray(0, bytes.length / 2)],
    ['a database without its last byte', (bytes) => bytes.subarray(0, -1)],
    ['a database with a ruined first page', (bytes) => bytes.fill(0xa5, 16, 4096)],
    ['a database with a ruined page inside', (bytes) => bytes.fill(0xff, 4096 * 10, 4096 * 11)],
    ['the database of another program', () => foreignDatabase()],
    ['a database with the mark of another program', (bytes) => { bytes.writeUInt32BE(0x12345678, 68); return bytes; }],
    ['a database of a later version', (bytes) => { bytes.writeUInt32BE(bytes.readUInt32BE(60) + 1000, 60); return bytes; }],
  ]) it(what, async () => assertRefused(await damaged(harm)));

  it('a place where no file can be', () => assertRefused(join(directory, 'none', 'x.db')));
  it('a directory', () => assertRefused(directory));
});
