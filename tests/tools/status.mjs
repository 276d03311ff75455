#!/usr/bin/env node
// What there is of the API, and what the tests reach of it.
//
//   status.mjs covered DIRECTORY   prints tests/covered.json, from what tests/lib/covered.mjs noted there
//   status.mjs table               prints the README's table
//   status.mjs untested            prints the results of what is built that have neither a test nor a
//                                  reason (unreachable) in the schema file, and those that have both
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

/** A result counts as covered once each of its actions was seen. */
function covered(directory) {
  const seen = new Set(readdirSync(directory)
    .flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n')));
  const all = operations.map(({ key, results }) => [key, results
    .filter(({ resultCode, actions }) => (actions.length ? actions : ['-'])
      .every((action) => seen.has(`${key} ${resultCode} ${action}`)))
    .map(({ resultCode }) => resultCode).sort()]);
  const rows = all.filter(([, codes]) => codes.length).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{\n${rows.map(([key, codes]) => `  ${JSON.stringify(key)}: [${codes.map((code) => JSON.stringify(code)).join(', ')}]`).join(',\n')}\n}\n`;
}

/** What breaks the rule that each result has either a test or a reason why it can have none. */
const untested = () => operations.flatMap(({ key, built, results }) => results.flatMap(({ resultCode, tested, unreachable, when }) => {
  const name = `${key} ${resultCode}`;
  if (tested && unreachable) return [`${name}: a test reaches what its schema file calls unreachable`];
  if (!built || tested || unreachable) return [];
  return [`${name}: no test reaches it, and its schema file does not say that nothing can. ${when}`];
}));

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
} else if (what === 'untested') {
  for (const line of untested()) console.log(line);
} else {
  console.error('usage: status.mjs covered DIRECTORY | table | untested');
  process.exitCode = 2;
}
