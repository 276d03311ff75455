// The Testcontainers example without a container: its tests against a mock of exec's. engine.test.mjs has the container.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binary, needs, project, run } from './examples.mjs';

test('Testcontainers: the tests pass under exec', needs('java'), async (t) => {
  const { code, output } = await run(binary, ['exec', '--log', 'text', '--', 'mvn', '-q', '-B', 'test'], {
    cwd: project(t, 'testcontainers'),
  });
  assert.equal(code, 0, output);
  assert.equal(output.match(/ FORBIDDEN /g)?.length, 1, 'one fail call was answered');
  assert.equal(output.match(/ fault=1$/gm)?.length, 1, 'the other one met its fault');
});
