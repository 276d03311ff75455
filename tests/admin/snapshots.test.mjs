import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FAIL, M_CODE, assertRefused, hasTicket, listTickets, newTicket, newTickets } from '../lib/check.mjs';
import { SERVICE, startMock } from '../lib/mock.mjs';
import { foreignDatabase } from '../lib/sqlite.mjs';

const mock = await startMock({ args: ['--max-snapshot', '33554432'] });
after(() => mock.stop());

const BYTES = { 'Content-Type': 'application/octet-stream' };
const SEED_TICKETS = Array.from({ length: 9 }, (_, i) => `mock-ticket-${i + 1}`);

async function expect(status, promise) {
  const reply = await promise;
  assert.equal(reply.status, status, reply.text);
  return reply;
}
const save = (silo, name) => expect(204, silo.admin('PUT', `/snapshots/${name}`));
const restore = (silo, name) => expect(204, silo.admin('POST', `/snapshots/${name}/restore`));
const names = async (silo) => (await silo.admin('GET', '/snapshots')).json.snapshots.map(({ name }) => name);
const put = (silo, name, body, headers = BYTES) =>
  silo.call('PUT', `/__admin/snapshots/${name}`, { headers, body });
async function download(silo, name) {
  const reply = await expect(200, silo.call('GET', `/__admin/snapshots/${name}`));
  assert.equal(reply.headers['content-type'], 'application/octet-stream');
  assert.equal(reply.bytes.length, Number(reply.headers['content-length']));
  return reply.bytes;
}

describe('save and restore', () => {
  it('put back the data as they were', async () => {
    const silo = mock.silo();
    await newTickets(silo, 300);
    await silo.admin('POST', '/services', { serviceId: 55, accessToken: 't55' });
    const before = await listTickets(silo);
    await save(silo, 'a');
    await silo.api(FAIL, { ticket: 'mock-ticket-1' });
    await newTicket(silo, { ticket: 'later' });
    await silo.admin('POST', '/services', { serviceId: 56, accessToken: 't56' });
    assert.equal((await silo.api(FAIL, {}, { service: '56', token: 't56' })).status, 200);
    await restore(silo, 'a');
    assert.deepEqual(await listTickets(silo), before);
    assert.equal((await silo.api(FAIL, {}, { service: '55', token: 't55' })).status, 200);
    assertRefused(await silo.api(FAIL, {}, { service: '56', token: 't56' }), 401, 'A458101');
    assert.equal((await silo.api(FAIL, { ticket: 'mock-ticket-1', reason: 'ACCESS_DENIED' })).json.action, 'FORBIDDEN');
    await restore(silo, 'a'); // as often as one likes
    assert.deepEqual(await listTickets(silo), before);
  });

  it('put back the clock', async () => {
    const silo = mock.silo();
    const frozen = { now: Date.UTC(2030, 0, 1), frozen: true };
    await silo.admin('PUT', '/clock', frozen);
    await save(silo, 'then');
    await silo.admin('PUT', '/clock', { now: 0, frozen: false });
    await restore(silo, 'then');
    assert.deepEqual((await silo.admin('GET', '/clock')).json, frozen);
  });

  it('leave the other silos and their snapshots alone', async () => {
    const [one, other] = [mock.silo(), mock.silo()];
    await newTicket(other, { ticket: 'mine' });
    await save(one, 'a');
    assertRefused(await other.admin('POST', '/snapshots/a/restore'), 404, 'M000218');
    await restore(one, 'a');
    assert.ok(await hasTicket(other, 'mine'));
    assert.deepEqual(await names(other), []);
  });

  it('a name is used again, listed and deleted', async () => {
    const silo = mock.silo();
    const longest = 'x'.repeat(64);
    for (const name of ['b', 'a', longest, 'A.b_c-1']) await save(silo, name);
    await newTicket(silo, { ticket: 'second' });
    await save(silo, 'a');
    const { json } = await silo.admin('GET', '/snapshots');
    assert.deepEqual(json.snapshots.map(({ name }) => name), ['A.b_c-1', 'a', 'b', longest]);
    for (const { bytes, createdAt } of json.snapshots) {
      assert.ok(bytes > 4096);
      assert.ok(Math.abs(createdAt - Date.now()) < 60_000);
    }
    await silo.admin('POST', '/reset');
    await restore(silo, 'a');
    assert.ok(await hasTicket(silo, 'second'));
    await expect(204, silo.admin('DELETE', '/snapshots/a'));
    assertRefused(await silo.admin('DELETE', '/snapshots/a'), 404, 'M000218', /"a"/);
    assertRefused(await silo.admin('GET', '/snapshots/a'), 404, 'M000218');
    assertRefused(await silo.admin('POST', '/snapshots/a/restore'), 404, 'M000218');
    assert.ok(await hasTicket(silo, 'second')); // what was restored stays
  });

  it('seed and empty can be restored, and nothing else', async () => {
    const silo = mock.silo();
    await newTicket(silo);
    await restore(silo, 'seed');
    assert.deepEqual(await listTickets(silo), SEED_TICKETS);
    await restore(silo, 'empty');
    assertRefused(await silo.api(FAIL, {}), 401, 'A458101');
    for (const name of ['seed', 'empty']) {
      for (const method of ['PUT', 'GET', 'DELETE']) {
        assertRefused(await silo.admin(method, `/snapshots/${name}`), 400, 'M000220', /reserved/);
      }
    }
  });

  for (const name of ['a%20b', 'x'.repeat(65), '%2E%2E%2Fx', '%C3%BC', 'a%00']) {
    it(`no snapshot is named ${name.slice(0, 12)}`, async () => {
      const silo = mock.silo();
      for (const method of ['PUT', 'GET', 'DELETE']) {
        assertRefused(await silo.admin(method, `/snapshots/${name}`), 400, 'M000220', /name/);
      }
      assertRefused(await silo.admin('POST', `/snapshots/${name}/restore`), 400, 'M000220', /name/);
    });
  }

  it('a hundred are kept', async () => {
    const silo = mock.silo();
    for (let i = 0; i < 100; i++) await save(silo, `n${i}`);
    assertRefused(await silo.admin('PUT', '/snapshots/more'), 503, 'M000106', /100/);
    await save(silo, 'n7'); // in the place of itself
    await silo.admin('DELETE', '/snapshots/n0');
    await save(silo, 'more');
    assert.equal((await names(silo)).length, 100);
  });

  it('under load they are of one moment each', async () => {
    const silo = mock.silo();
    let stop = false;
    const load = Array.from({ length: 4 }, async () => {
      while (!stop) await newTickets(silo, 10); // all ten or none
    });
    for (let i = 0; i < 15; i++) {
      await save(silo, 'now');
      await restore(silo, 'now');
    }
    stop = true;
    await Promise.all(load);
    await restore(silo, 'now');
    assert.equal(((await listTickets(silo)).length - SEED_TICKETS.length) % 10, 0);
  });
});

describe('random sequence', () => {
  it('goes on where the snapshot was taken, so that no name comes twice', async () => {
    const seeded = await startMock({ args: ['--random-seed', '7'] });
    try {
      const silo = seeded.silo('fixed');
      const first = await newTicket(silo);
      await save(silo, 'a');
      const second = await newTicket(silo);
      await restore(silo, 'a');
      assert.equal(await newTicket(silo), second);
      await expect(204, silo.admin('POST', '/reset', { to: 'a' }));
      assert.equal(await newTicket(silo), second);
      await expect(204, silo.admin('POST', '/reset'));
      assert.equal(await newTicket(silo), first);
    } finally {
      await seeded.stop();
    }
  });
});

describe('download and upload', () => {
  it('carry the data to another silo', async () => {
    const [from, to] = [mock.silo(), mock.silo()];
    await newTickets(from, 2000);
    await from.admin('PUT', '/clock', { now: 5, frozen: true });
    await save(from, 'a');
    const image = await download(from, 'a');
    assert.equal(image.subarray(0, 15).toString(), 'SQLite format 3');
    assert.deepEqual([...image.subarray(18, 20)], [1, 1]);
    await expect(204, put(to, 'b', image));
    await restore(to, 'b');
    assert.deepEqual(await listTickets(to), await listTickets(from));
    assert.deepEqual((await to.admin('GET', '/clock')).json, { now: 5, frozen: true });
    assert.deepEqual(await download(to, 'b'), image);
  });

  it('of more than --max-body', async () => {
    const silo = mock.silo();
    for (let i = 0; i < 6; i++) await newTickets(silo, 20_000);
    await save(silo, 'a');
    const image = await download(silo, 'a');
    assert.ok(image.length > 8 << 20, `${image.length}`);
    await expect(204, put(silo, 'b', image));
    await expect(204, put(silo, 'c', image, { ...BYTES, 'Transfer-Encoding': 'chunked' }));
    await silo.admin('POST', '/reset');
    await restore(silo, 'b');
    const { json } = await silo.admin('GET', `/services/${SERVICE}/tickets?end=1`);
    assert.equal(json.totalCount, 120_009);
  });

  it('refuse a body over --max-snapshot', async () => {
    // announced only: whoever sends it all may find the connection closed in the middle
    const { prefix } = mock.silo();
    const { text } = await mock.raw(`PUT ${prefix}/__admin/snapshots/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`
      + `Content-Type: application/octet-stream\r\nContent-Length: ${(32 << 20) + 1}\r\n\r\n`);
    assert.match(text, /^HTTP\/1\.1 413 [^]*M000204[^]*--max-snapshot/);
  });

  it('want application/octet-stream', async () => {
    const plain = { 'Content-Type': 'text/plain' };
    assertRefused(await put(mock.silo(), 'a', 'image', plain), 415, M_CODE, /octet-stream/);
  });

  describe('refuse', () => {
    const silo = mock.silo();
    let image;
    const good = async () => {
      if (!image) {
        await newTickets(silo, 500);
        await save(silo, 'kept');
        image = await download(silo, 'kept');
      }
      return Buffer.from(image);
    };
    const edit = (at, value) => (bytes) => { bytes.writeUInt32BE(value, at); return bytes; };
    for (const [what, harm, says = /damaged/] of [
      ['text', () => Buffer.from('dear diary\n'.repeat(1000))],
      ['a byte', () => Buffer.from('x')],
      ['a header alone', (bytes) => bytes.subarray(0, 100)],
      ['zeros', () => Buffer.alloc(8192)],
      ['half an image', (bytes) => bytes.subarray(0, bytes.length / 2)],
      ['all but the last byte', (bytes) => bytes.subarray(0, -1)],
      ['all but the last page', (bytes) => bytes.subarray(0, -4096)],
      ['a byte too many', (bytes) => Buffer.concat([bytes, Buffer.from('x')])],
      ['a page too many', (bytes) => Buffer.concat([bytes, Buffer.alloc(4096)])],
      ['an image twice', (bytes) => Buffer.concat([bytes, bytes])],
      ['a ruined page', (bytes) => bytes.fill(0xff, 4096 * 5, 4096 * 6)],
      ['a database of another program', () => foreignDatabase(), /another program/],
      ['a later version', edit(60, 1000), /newer/],
      ['no version', edit(60, 0)],
      ['a negative version', edit(60, 0xffffffff)],
      ['another encoding', edit(56, 2)],
      ['no pages at all', edit(28, 0)],
    ]) it(what, async () => {
      const harmed = harm(await good());
      const before = await listTickets(silo);
      assertRefused(await put(silo, 'kept', harmed), 400, 'M000219', says);
      assert.deepEqual(await listTickets(silo), before);
      assert.deepEqual(await download(silo, 'kept'), image); // and what it would have replaced
    });

    it('bytes flipped anywhere, or take no harm', async () => {
      const bytes = await good();
      for (let i = 0; i < 300; i++) {
        const at = Math.floor((i * bytes.length) / 300) + (i * 37) % 60;
        const harmed = Buffer.from(bytes);
        harmed[at] ^= 1 << (i % 8);
        const reply = await put(silo, 'flipped', harmed);
        if (reply.status === 204) {
          await restore(silo, 'flipped');
          await listTickets(silo).catch((error) => { if (!/404/.test(error.message)) throw error; });
          assert.ok((await silo.api(FAIL, {})).status < 500);
          await save(silo, 'again');
        } else {
          assertRefused(reply, 400, 'M000219');
        }
      }
      await restore(silo, 'kept');
      assert.equal((await listTickets(silo)).length, 509);
    });
  });
});

describe('--max-memory', () => {
  it('leaves no room for more snapshots, and deleting makes some', async () => {
    const small = await startMock({ args: ['--max-memory', '6000000'] });
    try {
      const silo = small.silo();
      await newTickets(silo, 10_000); // about a megabyte
      let n = 0, reply;
      while ((reply = await silo.admin('PUT', `/snapshots/n${n}`)).status === 204) n++;
      assertRefused(reply, 503, 'M000106', /--max-memory/);
      assert.ok(n > 1 && n < 8, `${n} snapshots`);
      await expect(204, silo.admin('DELETE', '/snapshots/n0'));
      await expect(204, silo.admin('DELETE', '/snapshots/n1'));
      await new Promise((resolve) => { setTimeout(resolve, 1500); }); // the sweep
      await save(silo, 'again');
      for (let i = 0; i < 20; i++) await save(small, `default-${i}`); // the default silo is not counted
    } finally {
      await small.stop();
    }
  });
});

it('other methods are refused', async () => {
  assertRefused(await mock.admin('POST', '/snapshots/a', {}), 405, M_CODE);
  assertRefused(await mock.admin('GET', '/snapshots/a/restore'), 405, M_CODE);
  assertRefused(await mock.admin('DELETE', '/snapshots'), 405, M_CODE);
});
