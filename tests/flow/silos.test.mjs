// Silos: each a universe of its own, made by its first call, dropped when nobody wants it any more.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { Authlete } from '@authlete/typescript-sdk';
import { FAIL, assertFailed, assertRefused, hasTicket, listTickets, newTicket, newTickets, until } from '../lib/check.mjs';
import { SERVICE, TOKEN, startMock } from '../lib/mock.mjs';
import { memory, sanitized } from '../lib/process.mjs';

const mock = await startMock({ args: ['--max-silos', '5000'] });
after(() => mock.stop());

const refuseUser = (caller, ticket = 'none') => caller.api(FAIL, { reason: 'ACCESS_DENIED', ticket });
const names = async (server = mock) => (await server.admin('GET', '/silos')).json.silos.map(({ name }) => name);

/** Does the work n times, on 16 connections. */
async function times(n, work) {
  let left = n;
  await Promise.all(Array.from({ length: 16 }, async () => { while (left-- > 0) await work(left); }));
}

async function withMock(args, work) {
  const server = await startMock({ args, collect: false }); // which would ask each of a thousand silos
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

describe('isolation', () => {
  it('starts from the seed', async () => {
    const silo = mock.silo();
    assertFailed(await refuseUser(silo, 'mock-ticket-1'), 'FORBIDDEN', '{"error":"access_denied"}');
    assert.equal((await listTickets(silo)).length, 8);
    assert.equal((await listTickets(mock)).length, 9);
  });

  it('of tickets', async () => {
    const [one, two] = [mock.silo(), mock.silo()];
    const ticket = await newTicket(one, { ticket: 'only-here' });
    await refuseUser(two, ticket);
    await refuseUser(mock, ticket);
    assert.ok(await hasTicket(one, ticket));
    await newTicket(two, { ticket });
    await refuseUser(one, ticket);
    assert.deepEqual([await hasTicket(one, ticket), await hasTicket(two, ticket)], [false, true]);
  });

  it('of services and their tokens', async () => {
    const [one, two] = [mock.silo(), mock.silo()];
    assert.equal((await one.admin('POST', '/services', { serviceId: 77, accessToken: 'of-77' })).status, 201);
    const call = (caller) => caller.api(FAIL, { reason: 'ACCESS_DENIED' }, { service: '77', token: 'of-77' });
    assert.equal((await call(one)).status, 200);
    assertRefused(await call(two), 401, 'A458101');
    assertRefused(await call(mock), 401, 'A458101');
    assert.equal((await two.admin('POST', '/services', { serviceId: 77, accessToken: 'other' })).status, 201);
    assertRefused(await call(two), 401, 'A458101');
  });

  it('of a reset', async () => {
    const [one, two] = [mock.silo(), mock.silo()];
    for (const caller of [one, two, mock]) await newTicket(caller, { ticket: 'kept' });
    assert.equal((await one.admin('POST', '/reset', { to: 'empty' })).status, 204);
    assertRefused(await refuseUser(one), 401, 'A458101');
    for (const caller of [two, mock]) assert.ok(await hasTicket(caller, 'kept'));
    await mock.admin('POST', '/reset');
    assert.deepEqual([await hasTicket(mock, 'kept'), await hasTicket(two, 'kept')], [false, true]);
  });

  it('/s/default/ is the silo without a prefix', async () => {
    const alias = mock.silo('default');
    const ticket = await newTicket(alias);
    assert.ok(await hasTicket(mock, ticket));
    await refuseUser(mock, ticket);
    assert.equal(await hasTicket(alias, ticket), false);
    assert.equal((await names()).filter((name) => name === 'default').length, 1);
  });

  it('also for paths of Authlete 2.x', async () => {
    const silo = mock.silo();
    const reply = await silo.call('POST', `/api/${FAIL}`, {
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
      body: '{"reason":"ACCESS_DENIED","ticket":"mock-ticket-1"}',
    });
    assert.equal(reply.status, 200, reply.text);
    assert.equal((await listTickets(silo)).length, 8);
  });
});

describe('what makes a silo', () => {
  it('not a name that cannot be', async () => {
    for (const name of ['', 'x'.repeat(65), 'a%41', '%2e', 'a%20b', 'a+b', 'a~', 'a;b', '%00', '%C3%A4']) {
      for (const path of [`/api/${SERVICE}/${FAIL}`, '/__admin/health', '/nowhere']) {
        assertRefused(await mock.call('POST', `/s/${name}${path}`), 404, 'M000213', /letters, digits/);
      }
    }
  });

  it('any name that can', async () => {
    for (const name of ['x'.repeat(64), 'A', '..', '-', '_', '0', 'Default', 'api', '__admin', 's']) {
      assert.equal((await refuseUser(mock.silo(name))).status, 200, name);
      assert.ok((await names()).includes(name), name);
      assert.equal((await mock.silo(name).drop()).status, 204);
    }
  });

  it('not an operation of the whole process', async () => {
    const silo = mock.silo();
    for (const path of ['/health', '/version', '/openapi.json', '/silos']) {
      assert.equal((await silo.admin('GET', path)).status, 200);
    }
    await silo.drop(); // 404
    assert.ok(!(await names()).includes(silo.name));
  });

  it('not a path or a method that is not served', async () => {
    const silo = mock.silo();
    for (const [method, path, status] of [
      ['GET', '', 404], ['GET', '/', 404], ['GET', '/nowhere', 404], ['POST', '/api/x/y', 404], ['GET', '/__admin', 404],
      ['GET', `/api/${SERVICE}/${FAIL}`, 405], ['GET', '/__admin/reset', 405],
      ['GET', '/s/other/__admin/health', 404],
    ]) assert.equal((await silo.call(method, path)).status, status, `${method} ${path}`);
    assert.ok(!(await names()).some((name) => [silo.name, 'other'].includes(name)));
  });

  it('once, however many call first', async () => {
    const silo = mock.silo();
    const tickets = (await Promise.all(Array.from({ length: 50 }, () => newTicket(silo)))).sort();
    const held = await listTickets(silo);
    for (const ticket of tickets) assert.ok(held.includes(ticket), 'made in a silo that was thrown away');
    assert.equal(held.length, 59);
    assert.equal((await names()).filter((name) => name === silo.name).length, 1);
  });
});

describe('ceilings', () => {
  it('--max-silos', () => withMock(['--max-silos', '2'], async (server) => {
    const [one, two, three] = [1, 2, 3].map(() => server.silo());
    for (const silo of [one, two]) assert.equal((await refuseUser(silo)).status, 200);
    assertRefused(await refuseUser(three), 503, 'M000103', /--max-silos/);
    assertRefused(await three.admin('GET', '/coverage'), 503, 'M000103');
    for (const caller of [one, two, server]) assert.equal((await refuseUser(caller)).status, 200);
    assert.equal((await one.drop()).status, 204);
    assert.equal((await refuseUser(three)).status, 200);
    assertRefused(await refuseUser(one), 503, 'M000103');
  }));

  it('--max-silos 0: the default one only', () => withMock(['--max-silos', '0'], async (server) => {
    assertRefused(await refuseUser(server.silo()), 503, 'M000103');
    assert.equal((await refuseUser(server.silo('default'))).status, 200);
  }));

  it('--max-memory: what frees some stays possible', () => withMock(['--max-memory', '1048576'], async (server) => {
    const [large, small] = [server.silo(), server.silo()];
    await refuseUser(small);
    await newTickets(large, 20_000);
    assertRefused(await refuseUser(large), 503, 'M000104', /--max-memory/);
    assertRefused(await refuseUser(small), 503, 'M000104');
    assertRefused(await small.admin('POST', `/services/${SERVICE}/tickets`, {}), 503, 'M000104');
    assertRefused(await refuseUser(server.silo()), 503, 'M000103');
    assert.equal((await refuseUser(server)).status, 200, 'the default silo does not count');
    assert.equal((await large.admin('GET', '/coverage')).status, 200);
    assert.equal((await large.admin('DELETE', `/services/${SERVICE}/tickets/mock-ticket-1`)).status, 204);
    assert.equal((await large.admin('POST', '/reset')).status, 204);
    assert.equal((await large.drop()).status, 204);
    for (const silo of [small, large]) assert.equal((await refuseUser(silo)).status, 200);
  }));

  it('--silo-ttl drops what nobody uses', () => withMock(['--silo-ttl', '2'], async (server) => {
    const [idle, used] = [server.silo(), server.silo()];
    const ticket = await newTicket(idle);
    const kept = await newTicket(used);
    await until(async () => {
      assert.ok(await hasTicket(used, kept));
      return !(await names(server)).includes(idle.name);
    }, 'the idle silo goes');
    assert.deepEqual(await names(server), ['default', used.name]);
    assert.equal(await hasTicket(idle, ticket), false);
    assert.ok(await hasTicket(used, kept));
  }));
});

describe('many', () => {
  it('500 tests side by side see their own tickets only', async () => {
    await Promise.all(Array.from({ length: 500 }, async (_, i) => {
      const silo = mock.silo();
      const ticket = await newTicket(silo, { ticket: 'the-ticket' });
      await newTickets(silo, i % 7 + 1);
      assertFailed(await refuseUser(silo, ticket), 'FORBIDDEN', '{"error":"access_denied"}');
      assert.equal((await listTickets(silo)).length, 9 + i % 7 + 1);
      assert.equal(await hasTicket(silo, ticket), false);
      await newTicket(silo, { ticket: 'the-ticket' });
      assert.equal((await silo.drop()).status, 204);
    }));
  });

  it('dropped while calls are under way in it', async () => {
    const silo = mock.silo();
    let dropping = true;
    const callers = Array.from({ length: 16 }, async () => {
      while (dropping) {
        const ticket = await newTicket(silo);
        assert.equal((await refuseUser(silo, ticket)).status, 200);
        assert.equal(await hasTicket(silo, ticket), false);
      }
    });
    for (let i = 0; i < 200; i++) assert.match(String((await silo.drop()).status), /^(204|404)$/);
    dropping = false;
    await Promise.all(callers);
    assert.equal((await refuseUser(mock)).status, 200);
  });

  it('a thousand take less than 300 MB, and 10,000 made and dropped no more', () => withMock(['--log', 'off'], async (server) => {
    const idle = memory(server.pid).now;
    const many = sanitized ? 100 : 1000;
    const silos = Array.from({ length: many }, () => server.silo());
    await times(many, (i) => refuseUser(silos[i], 'mock-ticket-1'));
    const full = memory(server.pid).now;
    if (!sanitized) assert.ok(full < 300, `${full} MB, ${idle} before`);
    await times(many, (i) => silos[i].drop());
    for (let round = 0; round < (sanitized ? 2 : 10); round++) {
      await times(many, async () => {
        const silo = server.silo();
        assert.equal((await refuseUser(silo)).status, 200);
        assert.equal((await silo.drop()).status, 204);
      });
    }
    assert.deepEqual(await names(server), ['default']);
    if (!sanitized) assert.ok(memory(server.pid).peak < full + 20, `${memory(server.pid).peak} MB, ${full} with a thousand`);
  }));
});

describe('the official SDK', () => {
  it('takes a silo as its base URL', async () => {
    const silo = mock.silo();
    const ticket = await newTicket(silo);
    await newTicket(mock, { ticket });
    const authlete = new Authlete({ serverURL: silo.url, bearer: TOKEN });
    const answer = await authlete.ciba.fail({
      serviceId: SERVICE, backchannelAuthenticationFailRequest: { ticket, reason: 'ACCESS_DENIED' },
    });
    assert.deepEqual([answer.resultCode, answer.action], ['A185001', 'FORBIDDEN']);
    assert.deepEqual([await hasTicket(silo, ticket), await hasTicket(mock, ticket)], [false, true]);
  });

  it('with a slash at its end too', async () => {
    const silo = mock.silo();
    const authlete = new Authlete({ serverURL: `${silo.url}/`, bearer: TOKEN });
    await authlete.ciba.fail({
      serviceId: SERVICE, backchannelAuthenticationFailRequest: { ticket: 'mock-ticket-1', reason: 'SERVER_ERROR' },
    });
    assert.equal(await hasTicket(silo, 'mock-ticket-1'), false);
  });
});
