// What needs containers, in a real engine: the image's health check as GitHub waits for it, the compose example as a
// whole, Testcontainers.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { startEngine } from './engine.mjs';
import { examples, folder, needs, project, readExample, readYaml } from './examples.mjs';
import { mockImage, serverImage } from './images.mjs';

describe('in an engine', needs('engine'), () => {
  let engine;
  before(async () => { engine = await startEngine(); });
  after(() => engine?.stop());

  const docker = async (...args) => {
    const { code, output } = await engine.docker(args);
    assert.equal(code, 0, output);
    return output.trim();
  };

  /** Waits as GitHub's runner does: only where there is a health check, until it has decided. */
  async function health(container) {
    for (let tries = 0; tries < 100; tries++) {
      const status = await docker('inspect', '-f', '{{if .Config.Healthcheck}}{{.State.Health.Status}}{{end}}', container);
      if (status !== 'starting') return status;
      await sleep(200);
    }
    return 'starting for 20 s';
  }

  test('GitHub Actions: the service container becomes healthy and is reached', async (t) => {
    const service = readYaml('github-actions.yml').jobs['service-container'].services.authlete;
    await mockImage(t, engine, service.image);
    assert.equal(service.options, undefined);
    const container = await docker('run', '-d', ...service.ports.flatMap((port) => ['-p', port]),
      ...Object.entries(service.env).flatMap(([name, value]) => ['-e', `${name}=${value}`]), service.image);

    assert.equal(await health(container), 'healthy');
    const { code, output } = await engine.inside('curl', ['-sS', '--fail', 'http://127.0.0.1:2884/__admin/health']);
    assert.equal(code, 0, output);
    await docker('rm', '-f', container);
  });

  test('GitHub Actions: with --health-cmd it would not, since that needs a shell', async (t) => {
    await mockImage(t, engine, 'authlete-mock');
    const container = await docker('run', '-d', '--health-cmd', '/authlete-mock healthcheck', 'authlete-mock');
    assert.equal(await health(container), 'unhealthy');
    await docker('rm', '-f', container);
  });

  test('compose: the authorization server is started when the mock is healthy, and finds it', async (t) => {
    await mockImage(t, engine, 'authlete-mock');
    await serverImage(t, engine, 'authorization-server');
    const override = join(folder(t), 'override.yaml');
    const change = (services) => writeFileSync(override,
      stringify({ services: { 'authorization-server': { image: 'authorization-server' }, ...services } }));
    const compose = (...args) => engine.inside('docker-compose',
      ['-p', 'example', '-f', join(examples, 'compose.yaml'), '-f', override, ...args]);
    const label = 'label=com.docker.compose.service=authorization-server';
    const started = () => docker('ps', '--format', '{{.ID}}', '--filter', label);

    const test = ['CMD', '/authlete-mock', 'healthcheck', '--url', 'http://127.0.0.1:1'];
    change({ authlete: { healthcheck: { test } } });
    const unwell = await compose('up', '-d', '--no-build');
    assert.notEqual(unwell.code, 0, unwell.output);
    assert.equal(await started(), '');

    change({});
    const up = await compose('up', '-d', '--no-build');
    assert.equal(up.code, 0, up.output);
    assert.notEqual(await started(), '');
    const { code, output } = await engine.inside('curl',
      ['-sS', '--fail', '--retry', '20', '--retry-all-errors', '--retry-delay', '1', 'http://127.0.0.1:3000/jwks']);
    assert.equal(code, 0, output);
    assert.match(output, /"mock-es256"/);
    const down = await compose('down');
    assert.equal(down.code, 0, down.output);
  });

  test('Testcontainers: the tests start a container and pass', needs('java'), async (t) => {
    const [image] = readExample('testcontainers/src/test/java/com/example/AuthleteMock.java').match(/[\w./-]+:[\d.]+(?=";)/);
    await mockImage(t, engine, image);
    const events = Math.floor(Date.now() / 1000);
    const { code, output } = await engine.inside('mvn', ['-q', '-B', '-o', 'test'], {
      // no helper images, which would have to be pulled
      cwd: project(t, 'testcontainers'), env: { TESTCONTAINERS_RYUK_DISABLED: 'true', TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1' },
    });
    assert.equal(code, 0, output);
    const starts = await docker('events', '--since', `${events}`, '--until', `${Math.ceil(Date.now() / 1000)}`,
      '--filter', 'event=start', '--filter', `image=${image}`, '--format', '{{.ID}}');
    assert.equal(starts.split('\n').filter(Boolean).length, 1, 'one container for the whole run');
  });
});
