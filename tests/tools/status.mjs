#!/usr/bin/env node
// What there is of the API, and what the tests reach of it.
//
//   status.mjs covered DIRECTORY   prints tests/covered.json, from what tests/lib/covered.mjs noted there
//   status.mjs table               prints the README's table
//
// AUTHLETE_MOCK names the binary, whose document tells the operations.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const document = JSON.parse(execFileSync(process.env.AUTHLETE_MOCK, ['openapi'], { maxBuffer: 1 << 28, env: {} }));

/** The operations of the API, each by its first route. */
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods)
  .filter(([, operation]) => 'x-operation' in operation && !operation['x-operation'].startsWith('__admin/') && operation['x-first'])
  .map(([method, operation]) => ({
    path,
    key: `${method.toUpperCase()} ${operation['x-operation']}`,
    built: operation['x-built'],
    confidence: operation['x-confidence'],
    results: operation['x-results'],
  })));

/** Tests race for these, and chance decides whether a run reaches them: they are never listed. */
const BY_CHANCE = new Set(['A053310', 'A196201', 'A200310']);

/** A result counts as covered once each of its actions was seen. */
function covered(directory) {
  const seen = new Set(readdirSync(directory)
    .flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n')));
  const all = operations.map(({ key, results }) => [key, results
    .filter(({ resultCode, actions }) => !BY_CHANCE.has(resultCode) && (actions.length ? actions : ['-'])
      .every((action) => seen.has(`${key} ${resultCode} ${action}`)))
    .map(({ resultCode }) => resultCode).sort()]);
  const rows = all.filter(([, codes]) => codes.length).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{\n${rows.map(([key, codes]) => `  ${JSON.stringify(key)}: [${codes.map((code) => JSON.stringify(code)).join(', ')}]`).join(',\n')}\n}\n`;
}

/** By path, then by method. */
const order = ({ key }) => key.split(' ').reverse().join(' ');

function row({ key, built, confidence, results }) {
  const actions = [...new Set(results.flatMap((result) => result.actions))].sort();
  const reachable = results.filter(({ unreachable }) => !unreachable);
  const reached = reachable.filter((result) => result.tested).length;
  const codes = reachable.length ? `${reached} of ${reachable.length}` : '–';
  return `| \`${key}\` | ${built ? 'built' : '501'} | ${actions.join(' ') || '–'} | ${codes} | ${confidence} |`;
}

const [what, directory] = process.argv.slice(2);
if (what === 'covered' && directory) {
  process.stdout.write(covered(directory));
} else if (what === 'table') {
  const rows = operations.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const head = ['| operation | state | actions | codes tested | confidence |', '|---|---|---|---|---|'];
  console.log([...head, ...rows.map(row)].join('\n'));
} else {
  console.error('usage: status.mjs covered DIRECTORY | table');
  process.exitCode = 2;
}
