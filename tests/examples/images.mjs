// The images of the examples, made without a registry: what the Dockerfiles say of the last stage, on what
// this machine has.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { binary, examples, folder, readExample, run, top } from './examples.mjs';

/** Makes what the example's Dockerfile makes, without its base image: { cwd, command }. */
export async function buildServer(t) {
  const workspace = folder(t);
  let command;
  for (const line of readExample('node/Dockerfile').trim().split('\n')) {
    const [, instruction, rest] = /^(\w+) (.*)$/.exec(line);
    if (instruction === 'COPY') {
      const names = rest.split(' ').slice(0, -1);
      names.forEach((name) => cpSync(join(examples, 'node', name), join(workspace, name)));
    } else if (instruction === 'RUN') {
      const { code, output } = await run('sh', ['-c', rest], { cwd: workspace });
      assert.equal(code, 0, output);
    } else if (instruction === 'CMD') {
      command = JSON.parse(rest);
    }
  }
  return { cwd: workspace, command };
}

/** A program and the libraries that it loads, under a folder as they shall be in an image. */
function install(root, program, path) {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  cpSync(program, join(root, path), { dereference: true });
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g);
  for (const library of libraries) cpSync(library, join(root, library), { dereference: true, recursive: true });
}

async function build(engine, context, dockerfile, tag) {
  writeFileSync(join(context, 'Dockerfile'), dockerfile);
  const { code, output } = await engine.docker(['build', '-q', '-t', tag, context]);
  assert.equal(code, 0, output);
}

/** The mock's image: the last stage of docker/Dockerfile with the program as it was built for the tests. */
export async function mockImage(t, engine, tag) {
  const context = folder(t);
  install(join(context, 'image'), binary, `/${basename(binary)}`);
  const text = readFileSync(join(top, 'docker/Dockerfile'), 'utf8');
  const stage = text.slice(text.lastIndexOf('FROM scratch')).replace('COPY --from=build /image/', 'COPY image/');
  await build(engine, context, stage, tag);
}

/** The authorization server's: its files, and this machine's Node. */
export async function serverImage(t, engine, tag) {
  const { cwd, command } = await buildServer(t);
  install(join(cwd, 'image'), process.execPath, '/bin/node');
  const lines = ['FROM scratch', 'COPY image /', 'WORKDIR /app', 'COPY *.js* ./', 'COPY node_modules node_modules',
    'ENV PATH=/bin', 'USER 1000'];
  await build(engine, cwd, [...lines, `CMD ${JSON.stringify(command)}`, ''].join('\n'), tag);
}
