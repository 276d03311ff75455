// Certificates for tests, made with openssl as the README shows it.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const openssl = promisify(execFile).bind(null, 'openssl');

/** A certificate that is its own authority: { cert, key, ca }, files and the text of the first. */
export async function makeCertificate(directory, { name = 'cert', names = 'DNS:localhost,IP:127.0.0.1', key = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] } = {}) {
  const files = { cert: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
  await openssl(['req', '-x509', '-newkey', ...key, '-nodes', '-days', '30', '-subj', '/CN=localhost',
    '-addext', `subjectAltName=${names}`, '-keyout', files.key, '-out', files.cert]);
  return { ...files, ca: await readFile(files.cert, 'utf8') };
}

export { openssl };
