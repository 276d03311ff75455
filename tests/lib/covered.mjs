// Which results the tests have reached: written down for tests/tools/status.mjs.
//
// tests/run names a directory in MOCK_TESTS_COVERED; without it nothing is collected.

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = process.env.MOCK_TESTS_COVERED;

/** The lines for one silo's coverage: "POST backchannel/authentication/fail A185001 FORBIDDEN". */
function lines({ operations }) {
  return operations.flatMap(({ operation, method, results }) => results
    .filter(({ hits, forced }) => hits > forced)
    .map(({ resultCode, action = '-' }) => `${method} ${operation} ${resultCode} ${action}\n`));
}

/** Notes what a server or silo has answered so far; whatever fails is none of the test's business. */
export async function collect(caller) {
  if (!directory) return;
  try {
    const reply = await caller.admin('GET', '/coverage');
    if (reply.status === 200) appendFileSync(join(directory, `${process.pid}.txt`), lines(reply.json).join(''));
  } catch {
    // a server that hangs or is gone has nothing to tell
  }
}

/** The same for every silo of a server. */
export async function collectAll(mock) {
  if (!directory) return;
  await collect(mock);
  try {
    const { json } = await mock.admin('GET', '/silos');
    for (const { name } of json?.silos ?? []) if (name !== 'default') await collect(mock.silo(name));
  } catch {
    // likewise
  }
}
