// What tests/image/run has unpacked: of each image its root file system and its configuration.

import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

const work = process.env.IMAGE_WORK;
if (!work)
  throw new Error('these tests are run by tests/image/run');

/** Of the image for this machine. */
export const NATIVE = process.env.IMAGE_NATIVE;
export const ARM64 = 'authlete-mock-arm64';
export const INSTALLED = 'install-test';

/** { name, root, config }: `config` is the document that an engine reads, as Docker writes it. */
export function image(name) {
  return {
    name,
    root: realpathSync(join(work, name)),
    config: JSON.parse(readFileSync(join(work, `${name}.json`), 'utf8')),
  };
}

/** All that lies below `root`: [{ path, stat }], links not followed. */
export function entries(root, below = '') {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = `${below}/${entry.name}`;
    if (entry.isDirectory())
      return [{ path, stat: statSync(join(root, path)), entry }, ...entries(root, path)];
    return [{ path, stat: entry.isSymbolicLink() ? null : statSync(join(root, path)), entry }];
  });
}
