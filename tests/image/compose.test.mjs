// docker/compose.yaml, read as an engine reads it, and its containers run with what stands there.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { cable, run, start, volume } from './lib/container.mjs';
import { NATIVE, image } from './lib/image.mjs';

const file = fileURLToPath(new URL('../../docker/compose.yaml', import.meta.url));
const compose = parse(readFileSync(file, 'utf8'));
const { 'authlete-mock': mock, check } = compose.services;
const native = image(NATIVE);
const milliseconds = (text) => {
  const [, number, unit] = /^(\d+)(ms|s)$/.exec(text);
  return Number(number) * (unit === 's' ? 1000 : 1);
};

test('it builds our Dockerfile from the top of the repository', () => {
  const context = join(dirname(file), mock.build.context);
  assert.ok(existsSync(join(context, 'meson.build')));
  assert.ok(statSync(join(context, mock.build.dockerfile)).isFile());
  assert.equal(check.image, mock.image);
});

test('as little as it needs: read-only, no capability, no new privileges, on this machine only', () => {
  for (const service of [mock, check]) {
    assert.equal(service.read_only, true);
    assert.deepEqual(service.cap_drop, ['ALL']);
    assert.deepEqual(service.security_opt, ['no-new-privileges:true']);
    assert.ok(!service.privileged && !service.cap_add && !service.user);
  }
  assert.deepEqual(mock.ports, ['127.0.0.1:2884:2884']);
});

test('the start is gated by health, asked often at first', () => {
  assert.deepEqual(check.depends_on, { 'authlete-mock': { condition: 'service_healthy' } });
  const { test: command, start_period: period, start_interval: first, interval, timeout } = mock.healthcheck;
  assert.deepEqual(command, native.config.config.Healthcheck.Test);
  assert.ok(milliseconds(first) <= 200 && milliseconds(first) < milliseconds(interval));
  assert.ok(milliseconds(period) >= 10 * milliseconds(first));
  assert.ok(milliseconds(timeout) > 0);
});

test('its containers: a volume of its own, health before the other one starts, state kept', async () => {
  const [name, path] = mock.volumes[0].split(':');
  assert.ok(name in compose.volumes);
  const options = { args: mock.command, env: mock.environment, volumes: [volume(native, path)] };
  const first = await start(native, options);
  const until = Date.now() + milliseconds(mock.healthcheck.start_period);
  while ((await first.exec(mock.healthcheck.test.slice(1))).code !== 0) {
    assert.ok(Date.now() < until, 'never healthy');
    await sleep(milliseconds(mock.healthcheck.start_interval));
  }
  assert.equal((await run(native, { args: check.command, network: first.outside })).code, 0);
  assert.equal((await run(native, { args: check.command, network: cable().outside })).code, 1, 'where nobody serves');
  await first.fail('mock-ticket-4');
  assert.equal((await first.stop()).code, 0);
  const second = await start(native, options);
  assert.equal((await second.call('/__admin/services/2884000001/tickets')).json.totalCount, 8);
  assert.equal((await second.stop()).code, 0);
});
