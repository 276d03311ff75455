// What the tests of docker/examples/ share: its files, commands run to their end, copies of the example projects.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises'; // rmSync is twenty times as slow after a cpSync, in Node 20
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { binary } from '../lib/mock.mjs';

export { binary };
export const top = fileURLToPath(new URL('../../', import.meta.url));
export const examples = join(top, 'docker/examples');

const tools = process.env.EXAMPLES_TOOLS ?? join(top, 'build-examples');
const missing = new Set((process.env.EXAMPLES_MISSING ?? '').split(' '));

/** Options of a test that is left out where tests/examples/run could not install the tool. */
export const needs = (tool) => ({ skip: missing.has(tool) && `${tool} could not be installed` });

/** A program that tests/examples/run has put in place. */
export const tool = (path) => join(tools, path);

export const readExample = (path) => readFileSync(join(examples, path), 'utf8');
export const readYaml = (path) => parse(readExample(path));

/** The files under docker/, new ones too. */
export function dockerFiles() {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'docker'], { cwd: top, encoding: 'utf8' });
  return list.trim().split('\n');
}

/** A machine that has never heard of Authlete: what a command finds in a job, and nothing of this test run. */
const ENVIRONMENT = {
  PATH: process.env.PATH, HOME: process.env.HOME, CI: 'true', npm_config_prefer_offline: 'true', npm_config_audit: 'false',
};

/** Runs a command to its end, or to that of five minutes: { code, output }. */
export async function run(command, args, { cwd = top, env = {} } = {}) {
  const child = spawn(command, args, {
    cwd, env: { ...ENVIRONMENT, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true,
  });
  const timer = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), 300_000); // all that it started, too
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text; });
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return { code: code ?? signal, output };
}

/** Starts a command that goes on, and waits for a line of its stdout: { match, end(signal) }. */
export async function start(t, command, args, { cwd, env, line }) {
  const child = spawn(command, args, { cwd, env: { ...ENVIRONMENT, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  const match = await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (more) => {
      text += more;
      const found = line.exec(text);
      if (found) resolve(found);
    });
    closed.then(() => reject(new Error(`${command} ended early: ${text}`)), reject);
  });
  return { match, end: (signal) => (child.kill(signal), closed) };
}

/** A folder that is gone after the test. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'authlete-mock-example-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Copies an example project as it is in the repository, into a folder of the test. */
export function project(t, name, path = folder(t)) {
  cpSync(join(examples, name), path, {
    recursive: true, filter: (file) => !['node_modules', 'target'].includes(basename(file)),
  });
  return path;
}

/** Text with one thing changed, and something must change. */
export function broken(text, [pattern, replacement]) {
  const result = text.replace(pattern, replacement);
  assert.notEqual(result, text, `nothing to break: ${pattern} is not there`);
  return result;
}
