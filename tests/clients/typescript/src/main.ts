// Runs every check, several at a time, and counts.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { checks as ciba } from './ciba.js';
import { checks as errors } from './errors.js';
import { checks as fail } from './fail.js';
import { checks as management } from './management.js';
import { Silo, type Check } from './mock.js';

const PACKAGE = '@authlete/typescript-sdk';

/** What the installed package says of itself. */
function version(): string {
  const path = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

async function run([name, check]: [string, Check]): Promise<string> {
  try {
    await check(new Silo(name));
    return `ok ${name}`;
  } catch (error) {
    console.error(`clients/typescript: ${name}:`, error);
    return `not ok ${name}`;
  }
}

console.log(`sdk: ${PACKAGE} ${version()}`);
const lines = await Promise.all(Object.entries<Check>({ ...fail, ...ciba, ...management, ...errors }).map(run));
lines.forEach((line) => console.log(line));
const failed = lines.filter((line) => line.startsWith('not ')).length;
console.log(`${lines.length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
