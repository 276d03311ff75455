// The Testcontainers example: the same test classes against a mock of exec's, and the way to the engine, which
// is not here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binary, needs, project, run } from './examples.mjs';

const maven = ['mvn', '-q', '-B', 'test'];

test('Testcontainers: the tests pass under exec', needs('java'), async (t) => {
  const { code, output } = await run(binary, ['exec', '--log', 'text', '--', ...maven], {
    cwd: project(t, 'testcontainers'),
  });
  assert.equal(code, 0, output);
  assert.equal(output.match(/ FORBIDDEN /g)?.length, 1, 'one fail call was answered');
  assert.equal(output.match(/ fault=1$/gm)?.length, 1, 'the other one met its fault');
});

test('Testcontainers: without exec it asks for an engine', needs('java'), async (t) => {
  const [command, ...args] = maven;
  const { code, output } = await run(command, args, {
    cwd: project(t, 'testcontainers'), env: { DOCKER_HOST: 'tcp://127.0.0.1:1' },
  });
  assert.equal(code, 1);
  assert.match(output, /GenericContainer/);
});
