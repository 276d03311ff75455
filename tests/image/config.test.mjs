// What an engine reads of the image, and what lies in it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { measured, run } from './lib/container.mjs';
import { ARM64, NATIVE, entries, image } from './lib/image.mjs';

const LIMIT = 20_000_000;
const LOADER = /^\/lib(64)?\/ld-linux-[a-z0-9-]+\.so\.\d$/;
const LIBRARY = /^\/lib\/[a-z0-9_]+-linux-gnu\/lib[a-z0-9_-]+\.so\.\d+$/;
const MACHINES = { 'x86_64': 0x3e, 'aarch64': 0xb7 }; // the e_machine of an ELF file

const native = image(NATIVE);
const { config } = native.config;
const nanoseconds = (seconds) => seconds * 1e9;

test('health check: exec form, by the binary, every second', () => {
  assert.deepEqual(config.Healthcheck.Test, ['CMD', '/authlete-mock', 'healthcheck']);
  assert.equal(config.Healthcheck.Interval, nanoseconds(1));
  assert.equal(config.Healthcheck.Timeout, nanoseconds(2));
});

test('user: a number other than 0, in the group that any user of OpenShift is in', () => {
  assert.equal(config.User, '65532:0');
});

test('entry point: exec form, without arguments', () => {
  assert.deepEqual(config.Entrypoint, ['/authlete-mock']);
  assert.deepEqual(config.Cmd ?? [], []);
});

test('environment: all interfaces, and the program is found by its name', () => {
  assert.deepEqual([...config.Env].sort(), ['AUTHLETE_MOCK_HOST=0.0.0.0', 'PATH=/']);
});

test('port and stop signal', () => {
  assert.deepEqual(config.ExposedPorts, { '2884/tcp': {} });
  assert.equal(config.StopSignal, 'SIGTERM');
});

test('no volume that every start would leave behind', () => {
  assert.deepEqual(Object.keys(config.Volumes ?? {}), []);
});

test('labels; the version is that of the program', async () => {
  const labels = Object.fromEntries(Object.entries(config.Labels)
    .map(([name, value]) => [name.replace('org.opencontainers.image.', ''), value]));
  assert.equal(labels.title, 'authlete-mock');
  assert.ok(labels.description.length > 20);
  assert.ok('revision' in labels);
  const { code, stdout } = await run(native, { args: ['--version'] });
  assert.equal(code, 0);
  assert.equal(stdout.trim().split(' ').at(-1), labels.version);
});

for (const name of new Set([NATIVE, ARM64])) {
  const all = () => entries(image(name).root).filter(({ path }) => !/^\/(dev|etc|proc|qemu|sys)(\/|$)/.test(path));

  test(`${name}: the program, a loader, libraries and /data, and no shell or anything else`, () => {
    const others = all().filter(({ entry }) => !entry.isDirectory()).map(({ path }) => path)
      .filter((path) => path !== '/authlete-mock' && !LOADER.test(path) && !LIBRARY.test(path));
    assert.deepEqual(others, []);
    const empty = all().filter(({ path, entry }) => entry.isDirectory() && !/^\/lib/.test(path));
    assert.deepEqual(empty.map(({ path }) => path), ['/data']);
  });

  test(`${name}: nothing is another user's, set-uid, or writable but /data`, () => {
    for (const { path, stat } of all()) {
      assert.ok(stat, `${path} is a link`);
      assert.equal(`${stat.uid}:${stat.gid}`, '0:0', path);
      assert.equal(stat.mode & 0o6000, 0, path);
      assert.equal((stat.mode & 0o022) !== 0, path === '/data', path);
      assert.equal(stat.mode & 0o044, 0o044, path);
    }
    assert.equal(all().find(({ path }) => path === '/data').stat.mode & 0o7777, 0o1777);
  });

  test(`${name}: each file is for its machine, and each library is asked for by another file`, () => {
    const files = all().filter(({ entry }) => entry.isFile());
    const bytes = files.map(({ path }) => [path, readFileSync(join(image(name).root, path))]);
    const [, machine] = /\/lib\/([a-z0-9_]+)-linux-gnu\//.exec(files.map(({ path }) => path).join());
    for (const [path, content] of bytes) {
      assert.equal(content.readUInt16LE(18), MACHINES[machine], path);
      const so = path.split('/').at(-1);
      assert.ok(path === '/authlete-mock' || bytes.some(([other, text]) => other !== path && text.includes(`${so}\0`)),
        `nobody asks for ${path}`);
    }
    const program = bytes.find(([path]) => path === '/authlete-mock')[1];
    assert.ok(!program.includes('.symtab\0'), 'not stripped');
  });

  test(`${name}: under 20 MB unpacked`, () => {
    const size = all().filter(({ entry }) => entry.isFile()).reduce((sum, { stat }) => sum + stat.size, 0);
    measured(`${name}, unpacked: ${(size / 1e6).toFixed(1)} MB`);
    assert.ok(size < LIMIT, `${size} bytes`);
  });
}
