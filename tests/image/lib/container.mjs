// Runs an image's file system as an engine would: crun starts its entry point as PID 1 in namespaces of
// its own, as the user and with the environment of its configuration. Each container hangs on a cable
// of its own, whose other end is a network namespace too: what happens there comes from outside.
//
//   const container = await start(image(NATIVE), { args: ['--mode', 'strict'] });
//   await container.healthy();
//   const { status, json } = await container.call('/api/…', { … });
//   const { code, milliseconds } = await container.stop();

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const INSIDE = '192.0.2.1', OUTSIDE = '192.0.2.2'; // RFC 5737: addresses for examples
const work = process.env.IMAGE_WORK;
const made = new Set(); // functions that take away what is left at the end
process.on('exit', () => made.forEach((undo) => undo()));

let counter = 0;
const freshName = () => `am${process.pid}-${counter++}`;

/** A cable: { inside, outside }, two network namespaces by name. */
export function cable() {
  const name = freshName(), inside = `${name}-in`, outside = `${name}-out`;
  const ip = (...args) => execFileSync('ip', args);
  ip('netns', 'add', inside);
  ip('netns', 'add', outside);
  made.add(() => spawnSync('ip', ['netns', 'del', inside]) && spawnSync('ip', ['netns', 'del', outside]));
  ip('-n', inside, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outside);
  for (const [side, address] of [[inside, INSIDE], [outside, OUTSIDE]]) {
    ip('-n', side, 'address', 'add', `${address}/30`, 'dev', 'eth0');
    ip('-n', side, 'link', 'set', 'lo', 'up');
    ip('-n', side, 'link', 'set', 'eth0', 'up');
  }
  return { inside, outside };
}

/** A new volume for `path` of the image, which has that directory's mode, as an engine makes it. */
export function volume(image, path) {
  const source = mkdtempSync(join(work, 'volume-'));
  chmodSync(source, statSync(join(image.root, path)).mode & 0o7777);
  return { source, path };
}

// What Docker mounts into every container.
const SYSTEM = [
  { destination: '/proc', type: 'proc', source: 'proc' },
  { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'] },
  { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=64m'] },
];

/** The user and the environment of a process in the image. */
function processOf(image, { user, env = {} }) {
  const [uid, gid] = (user ?? image.config.config.User).split(':').map(Number);
  const settings = new Map([['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    ...(image.config.config.Env ?? []).map((line) => line.split(/=(.*)/s))]);
  for (const [name, value] of Object.entries(env))
    settings.set(name, value);
  return {
    user: { uid: uid ?? 0, gid: gid ?? 0 },
    env: [...settings].map(([name, value]) => `${name}=${value}`),
    cwd: image.config.config.WorkingDir || '/',
    capabilities: {},
    noNewPrivileges: true,
  };
}

function specification(image, argv, options, network, bundle) {
  const mounts = [...SYSTEM];
  writeFileSync(join(bundle, 'hosts'), `127.0.0.1 localhost\n${INSIDE} authlete-mock\n`);
  mounts.push({ destination: '/etc/hosts', type: 'bind', source: join(bundle, 'hosts'), options: ['bind', 'ro'] });
  for (const { source, path, readOnly } of [...(options.volumes ?? []), ...(options.runner ? [options.runner] : [])])
    mounts.push({ destination: path, type: 'bind', source, options: ['bind', readOnly ? 'ro' : 'rw'] });
  return {
    ociVersion: '1.0.0',
    process: { ...processOf(image, options), args: argv },
    root: { path: image.root, readonly: true },
    mounts,
    linux: {
      namespaces: [{ type: 'pid' }, { type: 'mount' }, { type: 'ipc' }, { type: 'uts' },
        { type: 'network', path: `/run/netns/${network}` }],
    },
  };
}

/** The machine that runs arm64 programs here: before each command of the container. */
export const QEMU = { source: '/usr/bin/qemu-aarch64-static', path: '/qemu', readOnly: true };

/** crun gives stdin to the container's user: it must not be this machine's /dev/null. */
function crun(args) {
  const child = spawn('crun', ['--root', join(work, 'crun'), '--cgroup-manager', 'disabled', ...args]);
  child.stdin.on('error', () => {}).end();
  return child;
}

async function ended(child) {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', (text) => { output[name] += text; });
  const [code] = await once(child, 'close');
  return { code, ...output };
}

/** Starts crun with `argv` after the entry point, unless `entrypoint` is another. */
function launch(image, options) {
  const name = freshName(), bundle = mkdtempSync(join(work, 'bundle-'));
  mkdirSync(join(work, 'crun'), { recursive: true });
  const program = options.entrypoint ?? image.config.config.Entrypoint;
  const before = options.runner ? [options.runner.path] : [];
  const argv = [...before, ...program, ...(options.args ?? [])];
  const network = options.network ?? cable().inside;
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(specification(image, argv, options, network, bundle)));
  const child = crun(['run', '--bundle', bundle, '--pid-file', join(bundle, 'pid'), name]);
  made.add(() => spawnSync('crun', ['--root', join(work, 'crun'), '--cgroup-manager', 'disabled', 'delete', '--force', name]));
  return { name, bundle, child, before };
}

/** Runs a container to its end: { code, stdout, stderr }. */
export async function run(image, options = {}) {
  return ended(launch(image, options).child);
}

/**
 * Starts a server and waits for its ready line. Options: args, env, user, volumes, entrypoint, runner,
 * cable. The root file system is always read-only, and there are no capabilities.
 */
export async function start(image, options = {}) {
  const wire = options.cable ?? cable();
  const { name, bundle, child, before } = launch(image, { ...options, network: wire.inside });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { errors += text; });
  const lines = createInterface({ input: child.stdout });
  const ready = await Promise.race([once(lines, 'line').then(([line]) => line),
    once(child, 'exit').then(([code]) => assert.fail(`exit code ${code}: ${errors}`)),
    sleep(20_000, null, { ref: false }).then(() => assert.fail(`no ready line: ${errors}`))]);
  // A container that a failed test has left behind does not keep the test process alive.
  const handles = [child, child.stdout, child.stderr];
  handles.forEach((handle) => handle.unref());
  // the server can be ready before crun has written down that it runs
  const known = Date.now() + 5000;
  while ((await ended(crun(['state', name]))).code !== 0)
    assert.ok(Date.now() < known, 'crun knows no such container');
  const pid = Number(readFileSync(join(bundle, 'pid'), 'utf8'));
  const port = Number(new URL(ready.split(' ').at(-1)).port);

  return {
    pid, ready, port, outside: wire.outside,
    stderr: () => errors,

    /** A line of /proc/PID/status as the kernel has it. */
    status: (key) => new RegExp(`^${key}:\\s+(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1],

    /** Runs a command inside, as the engine runs a health check: { code, stdout, stderr }. */
    exec(argv) {
      const spec = { ...processOf(image, options), args: [...before, ...argv] };
      const file = join(bundle, `${freshName()}.json`);
      writeFileSync(file, JSON.stringify(spec));
      return ended(crun(['exec', '--process', file, name]));
    },

    /** The image's own health check: its exit code. */
    async healthy() {
      const [kind, ...argv] = image.config.config.Healthcheck.Test;
      assert.equal(kind, 'CMD');
      return (await this.exec(argv)).code;
    },

    /** An HTTP call from the other end of the cable: { status, json }. */
    async call(path, body, { method, token = 'mock-service-token' } = {}) {
      const args = ['netns', 'exec', wire.outside, 'curl', '-sS', '-m', '20', '-w', '\n%{http_code}',
        '-X', method ?? (body ? 'POST' : 'GET'), '-H', `Authorization: Bearer ${token}`];
      if (body)
        args.push('-H', 'Content-Type: application/json', '-d', JSON.stringify(body));
      const { code, stdout, stderr } = await ended(spawn('ip', [...args, `http://${INSIDE}:${port}${path}`]));
      assert.equal(code, 0, stderr);
      const end = stdout.lastIndexOf('\n');
      const text = stdout.slice(0, end);
      return { status: Number(stdout.slice(end + 1)), json: text.startsWith('{') ? JSON.parse(text) : text };
    },

    async fail(ticket, reason = 'ACCESS_DENIED') {
      return this.call('/api/2884000001/backchannel/authentication/fail', { ticket, reason });
    },

    /** SIGTERM to PID 1: { code, milliseconds } until the kernel has no such process. */
    async stop() {
      handles.forEach((handle) => handle.ref());
      const exit = once(child, 'exit'), from = process.hrtime.bigint();
      process.kill(pid, 'SIGTERM');
      while (isAlive(pid) && process.hrtime.bigint() - from < 10_000_000_000n)
        await sleep(1);
      const milliseconds = Number(process.hrtime.bigint() - from) / 1e6;
      const [code] = await exit;
      return { code, milliseconds };
    },
  };
}

/** A zombie that crun has not fetched yet is dead. */
function isAlive(pid) {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file))
    return false;
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}

/** One figure for the end of the run. */
export const measured = (text) => console.log(`measured: ${text}`);
