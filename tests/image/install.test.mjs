// What `meson install` put into a Debian that has the run-time libraries and nothing else of ours.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run, start } from './lib/container.mjs';
import { INSTALLED, entries, image } from './lib/image.mjs';

const fresh = image(INSTALLED);
const user = '1000:1000';
const entrypoint = ['authlete-mock']; // found by PATH, as a person types it

test('the one file is the program, below the prefix', () => {
  const files = entries(fresh.root, '/usr/local').filter(({ entry }) => entry.isFile() && entry.name !== '.keep');
  assert.deepEqual(files.map(({ path }) => path), ['/usr/local/bin/authlete-mock']);
  assert.equal(files[0].stat.mode & 0o7777, 0o755);
  for (const tool of ['/usr/bin/gcc', '/usr/bin/meson', '/src', '/build'])
    assert.ok(!existsSync(join(fresh.root, tool)), `${tool} is there: not a fresh root`);
});

test('--version and --help', async () => {
  assert.match((await run(fresh, { user, entrypoint, args: ['--version'] })).stdout, /^authlete-mock \d+\.\d+\.\d+\n$/);
  assert.match((await run(fresh, { user, entrypoint, args: ['--help'] })).stdout, /usage: authlete-mock/);
});

test('it serves, is healthy, and stops', async () => {
  const container = await start(fresh, { user, entrypoint });
  assert.equal((await container.exec(['authlete-mock', 'healthcheck'])).code, 0);
  assert.equal((await container.exec(['authlete-mock', 'healthcheck', '--url', 'http://127.0.0.1:1'])).code, 1);
  assert.equal((await container.stop()).code, 0);
});
