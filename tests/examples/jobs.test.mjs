// The jobs of the CI examples, run as their runners would: the mock started with the variables that the file gives
// its container, then the steps in their shell, in a copy of the example project.

import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startMock } from '../lib/mock.mjs';
import { broken, folder, project, readExample, readYaml, run, start, top } from './examples.mjs';
import { buildServer } from './images.mjs';

const TESTS = readExample('node/ciba.test.js').match(/^test\(/gm).length;

/** The mock as its image starts it with these variables, all of which it must know. */
async function startService(t, env) {
  const mock = await startMock({ env, collect: false });
  t.after(() => mock.stop());
  assert.doesNotMatch(mock.stderr, /warning/);
  return mock;
}

/** A job's variables, with the address of the container changed to where the mock is here. */
function variables(env, host, mock) {
  const url = `http://${host}:2884`;
  assert.equal(env.AUTHLETE_BASE_URL, url, 'the job does not name its container');
  return { ...env, AUTHLETE_BASE_URL: mock.url };
}

/** What `uses: actions/checkout` brings: the example project, or the mock's own repository under a path. */
function checkOut(t, workspace, { repository, path } = {}) {
  if (!repository) return project(t, 'node', workspace);
  assert.match(repository, /\/authlete-mock$/);
  return symlinkSync(top, join(workspace, path));
}

/** Runs the steps of a GitHub job up to the first that fails: { code, output } of the last one run. */
async function githubSteps(t, { steps, env }, prepare = () => {}) {
  const workspace = folder(t);
  const temp = folder(t);
  const added = join(temp, 'added-to-path');
  writeFileSync(added, '');
  let last;
  for (const step of steps) {
    if (step.uses?.startsWith('actions/checkout@')) {
      checkOut(t, workspace, step.with);
    } else if (step.run) {
      if (step.run === 'npm ci') prepare(workspace);
      const PATH = [...readFileSync(added, 'utf8').split('\n').filter(Boolean).reverse(), process.env.PATH].join(':');
      last = await run('bash', ['-e', '-c', step.run], {
        cwd: workspace, env: { ...env, PATH, GITHUB_PATH: added, RUNNER_TEMP: temp },
      });
      if (last.code !== 0) return last;
    } else {
      assert.match(step.uses, /^actions\/setup-node@/, 'a step that this test does not know');
    }
  }
  return last;
}

function assertPassed({ code, output }) {
  assert.equal(code, 0, output);
  assert.match(output, new RegExp(`^\\S+ pass ${TESTS}$`, 'm'));
}

/** Every test of the example had a silo of its own in this mock, so it is this mock that they reached. */
async function assertReached(mock) {
  const { json } = await mock.admin('GET', '/silos');
  assert.equal(json.silos.length, 1 + TESTS);
}

const github = readYaml('github-actions.yml').jobs;

test('GitHub Actions, service container: tests', async (t) => {
  const job = github['service-container'];
  const service = job.services.authlete;
  assert.deepEqual(service.ports, ['2884:2884']);
  const mock = await startService(t, service.env);
  assertPassed(await githubSteps(t, { ...job, env: variables(job.env, '127.0.0.1', mock) }));
  await assertReached(mock);
});

test('GitHub Actions, exec: the mock is built and its tests run', async (t) => {
  assert.equal(github.exec.env, undefined, 'exec sets the variables');
  assertPassed(await githubSteps(t, github.exec));
});

test('GitHub Actions, exec: a fault of the authorization server fails the job', async (t) => {
  const { code, output } = await githubSteps(t, github.exec, (workspace) => {
    const file = join(workspace, 'authorization-server.js');
    writeFileSync(file, broken(readFileSync(file, 'utf8'), ["'UNKNOWN_USER_ID'", "'ACCESS_DENIED'"]));
  });
  assert.equal(code, 1);
  assert.match(output, /not ok 1|✖/);
});

test('GitLab: tests', async (t) => {
  const job = readYaml('gitlab-ci.yml').test;
  const [service] = job.services;
  const mock = await startService(t, service.variables);
  const script = `set -eo pipefail\n${job.script.join('\n')}`;

  assertPassed(await run('bash', ['-c', script], {
    cwd: project(t, 'node'), env: variables(job.variables, service.alias, mock),
  }));
  await assertReached(mock);
});

test('compose: the authorization server works with the mock', async (t) => {
  const { services } = readYaml('compose.yaml');
  const { authlete, 'authorization-server': server } = services;
  const mock = await startService(t, authlete.environment);

  const { cwd, command: [program, ...args] } = await buildServer(t);
  const env = { ...variables(server.environment, 'authlete', mock), PORT: '0' };
  const { match: [, port], end } = await start(t, program, args, { cwd, env, line: /^listening on (\d+)$/m });
  const url = `http://127.0.0.1:${port}`;

  const keys = await (await fetch(`${url}/jwks`)).json();
  assert.deepEqual(keys.keys.map((key) => key.kid).sort(), ['mock-es256', 'mock-rs256']);
  const refused = await fetch(`${url}/backchannel`, {
    method: 'POST', body: new URLSearchParams({ scope: 'openid', login_hint: 'nobody', binding_message: 'W4SCT' }),
    headers: { Authorization: `Basic ${btoa('2884100003:mock-client-secret-ciba-poll')}` },
  });
  assert.equal(refused.status, 400);
  assert.deepEqual(await refused.json(), { error: 'unknown_user_id' });
  assert.deepEqual(await end('SIGTERM'), [0, null]);
});
