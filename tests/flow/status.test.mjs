// tests/tools/status.mjs, which holds us to the rule that each result has a test or a reason why it can
// have none. It asks a binary for its document; here that is a script with one of ours.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'status-'));
after(() => rmSync(folder, { recursive: true }));

const result = (resultCode, members) => ({ resultCode, actions: ['OK'], when: 'Now and then.', tested: false, ...members });
const operation = (name, built, ...results) => ({
  [`/api/{serviceId}/${name}`]: { post: { 'x-operation': name, 'x-first': true, 'x-built': built, 'x-confidence': 'live', 'x-results': results } },
});

function run(...args) {
  const binary = join(folder, 'binary');
  const paths = {
    ...operation('x/built', true, result('A000301'), result('A000302', { tested: true }), result('A000303', { unreachable: 'No.' }),
      result('A000304', { tested: true, unreachable: 'No.' })),
    ...operation('x/waiting', false, result('A000301')),
    ...operation('x/other', true, result('A000301', { actions: ['OK', 'BAD'] })),
  };
  writeFileSync(binary, `#!/bin/sh\ncat <<'END'\n${JSON.stringify({ paths })}\nEND\n`, { mode: 0o755 });
  return execFileSync('node', [fileURLToPath(new URL('../tools/status.mjs', import.meta.url)), ...args],
    { encoding: 'utf8', env: { ...process.env, AUTHLETE_MOCK: binary } });
}

test('lists what has neither a test nor a reason, and what has both', () => {
  const lines = run('untested').trim().split('\n');
  assert.deepEqual(lines.map((line) => line.split(':')[0]), ['POST x/built A000301', 'POST x/built A000304', 'POST x/other A000301']);
  assert.match(lines[0], /no test reaches it.*Now and then/);
  assert.match(lines[1], /a test reaches/);
});

test('counts as covered what the tests have noted, with each of its actions', () => {
  const noted = join(folder, 'noted');
  execFileSync('mkdir', [noted]);
  writeFileSync(join(noted, '1.txt'), 'POST x/built A000301 OK\nPOST x/other A000301 OK\nPOST x/waiting A000999 OK\n');
  assert.deepEqual(JSON.parse(run('covered', noted)), { 'POST x/built': ['A000301'] });
});
