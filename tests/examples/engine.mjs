// A Docker engine for one test file: Debian's, in a network and a mount namespace of its own, so that the machine
// keeps its firewall rules and its mounts. It reaches no registry; images are built here (images.mjs).
//
//   const engine = await startEngine();
//   after(() => engine.stop());
//   await engine.docker(['run', …]);            // { code, output }
//   await engine.inside('curl', [url]);         // a command that sees the published ports

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, tool } from './examples.mjs';

const PATH = `${tool('engine/usr/bin')}:${tool('engine/usr/sbin')}:/usr/sbin:${process.env.PATH}`;

class Engine {
  #home = mkdtempSync(join(tmpdir(), 'authlete-mock-engine-')); // a socket's path is short
  #host = `unix://${this.#home}/socket`;
  #log = '';

  constructor() {
    const script = `ip link set lo up && exec setpriv --pdeathsig TERM dockerd -H "unix://$0/socket" --pidfile "$0/pid" \
      --data-root "$0/data" --exec-root "$0/exec"`;
    this.child = spawn('unshare', ['--net', '--mount', 'sh', '-c', script, this.#home],
      { env: { ...process.env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (text) => { this.#log += text; });
  }

  /** What docker and its friends find in the environment. */
  get env() { return { PATH, DOCKER_HOST: this.#host, DOCKER_BUILDKIT: '0' }; }

  docker(args) { return run('docker', args, { env: this.env }); }

  inside(command, args, { cwd, env = {} } = {}) {
    return run('nsenter', ['--target', String(this.child.pid), '--net', command, ...args], { cwd, env: { ...this.env, ...env } });
  }

  async ready() {
    for (let tries = 0; tries < 300 && this.child.exitCode === null; tries++) {
      if ((await this.docker(['version'])).code === 0) return;
      await sleep(100);
    }
    await this.stop();
    throw new Error(`the engine does not start\n${this.#log}`);
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
    await rm(this.#home, { recursive: true, force: true });
  }
}

export async function startEngine() {
  const engine = new Engine();
  await engine.ready();
  return engine;
}
