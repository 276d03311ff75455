// HTTPS as people set it up: the files, what exec and env export with them, and clients that trust them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeCertificate, openssl } from '../lib/certificate.mjs';
import { run, startMock } from '../lib/mock.mjs';

const directory = await mkdtemp(join(tmpdir(), 'authlete-mock-tls-'));
after(() => rm(directory, { recursive: true }));
const here = (name) => join(directory, name);
const pair = await makeCertificate(directory);
const nameOnly = await makeCertificate(directory, { name: 'name', names: 'DNS:localhost' });
const elsewhere = await makeCertificate(directory, { name: 'elsewhere', names: 'DNS:mock.example' });
const rsa = await makeCertificate(directory, { name: 'rsa', key: ['rsa:2048'] });
const settings = ({ cert, key }) => ['--tls-cert', cert, '--tls-key', key];

describe('a start that fails', async () => {
  await openssl(['pkcs8', '-topk8', '-in', pair.key, '-v2', 'aes256', '-passout', 'pass:x', '-out', here('encrypted.key')]);
  await openssl(['x509', '-in', pair.cert, '-outform', 'DER', '-out', here('cert.der')]);
  await writeFile(here('garbage.pem'), 'not a certificate\n');
  await writeFile(here('broken.pem'), pair.ca.replace('\nMI', '\nAI'));
  await writeFile(here('large.pem'), 'x'.repeat(100_000));
  for (const [what, cert, key, ...says] of [
    ['no such certificate', here('none.pem'), pair.key, /certificate \S*none\.pem .*No such file/],
    ['no such key', pair.cert, here('none.key'), /key \S*none\.key .*No such file/],
    ['a directory', directory, pair.key, /certificate \S+ .*directory/],
    ['no certificate in it', here('garbage.pem'), pair.key, /certificate \S*garbage\.pem .*no certificate in PEM form/],
    ['an empty file', '/dev/null', pair.key, /certificate \/dev\/null .*no certificate in PEM form/],
    ['a file without an end', '/dev/zero', pair.key, /certificate \/dev\/zero .*too large/],
    ['a large file', pair.cert, here('large.pem'), /key \S*large\.pem .*too large/],
    ['DER', here('cert.der'), pair.key, /certificate \S*cert\.der .*no certificate in PEM form/],
    ['a broken certificate', here('broken.pem'), pair.key, /certificate \S*broken\.pem cannot be used: ./],
    ['no key in it', pair.cert, here('garbage.pem'), /key \S*garbage\.pem .*no private key in PEM form/],
    ['the two swapped', pair.key, pair.cert, /certificate \S*cert\.key .*no certificate/],
    ['a certificate as the key', pair.cert, pair.cert, /key \S*cert\.pem .*no private key/],
    ['an encrypted key', pair.cert, here('encrypted.key'), /key \S*encrypted\.key .*encrypted/],
    ['the key of another', pair.cert, rsa.key, /rsa\.key is not that of .*cert\.pem/],
  ]) {
    it(what, async () => {
      for (const command of [['serve', '--port', '0'], ['env'], ['exec', '--', 'echo', 'ran']]) {
        const [word, ...rest] = command;
        const end = await run([word, ...settings({ cert, key }), ...rest]);
        assert.equal(end.code, 2, end.stderr);
        assert.equal(end.stdout, '');
        assert.match(end.stderr, /^[^\n]+\n$/);
        for (const pattern of says) assert.match(end.stderr, pattern);
      }
    });
  }

  it('one of the two alone', async () => {
    for (const [alone, other] of [['cert', 'key'], ['key', 'cert']]) {
      const end = await run([`--tls-${alone}`, pair.cert]);
      assert.equal(end.code, 2);
      assert.match(end.stderr, new RegExp(`^authlete-mock: --tls-${alone} needs --tls-${other} beside it\n$`));
    }
  });

  it('a libmicrohttpd without TLS', async () => {
    await writeFile(here('without.c'), 'int MHD_is_feature_supported(int feature) { return feature != 2; }\n');
    await promisify(execFile)('cc', ['-shared', '-fPIC', '-o', here('without.so'), here('without.c')]);
    // a sanitizer's library must come first, and is there already
    const env = { LD_PRELOAD: here('without.so'), ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:verify_asan_link_order=0` };
    const end = await run(settings(pair), { env });
    assert.equal(end.code, 2);
    assert.match(end.stderr, /^authlete-mock: --tls-cert: [^\n]*libmicrohttpd[^\n]* without TLS\n$/);
  });
});

describe('exec and env', () => {
  const exported = async (args) => {
    const end = await run(['exec', ...args, '--', 'sh', '-c', 'echo $AUTHLETE_BASE_URL $AUTHLETE_MOCK_URL $AUTHLETE_MOCK_TLS_CERT']);
    assert.equal(end.code, 0, end.stderr);
    return { words: end.stdout.trim().split(' '), ready: end.stderr.trim() };
  };

  it('the address, where the certificate is for it', async () => {
    const { words, ready } = await exported(settings(pair));
    assert.match(words[0], /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(words, [words[0], words[0]]);
    assert.equal(ready, `authlete-mock ready ${words[0]}`);
    assert.match((await run(['env', ...settings(pair)])).stdout, /AUTHLETE_BASE_URL='https:\/\/127\.0\.0\.1:2884'/);
  });

  it('localhost, where the certificate is for that name alone', async () => {
    const { words, ready } = await exported(settings(nameOnly));
    assert.match(words[0], /^https:\/\/localhost:\d+$/);
    assert.match(ready, /ready https:\/\/127\.0\.0\.1:\d+$/);
    assert.match((await run(['env', '--host=0.0.0.0', ...settings(nameOnly)])).stdout, /AUTHLETE_BASE_URL='https:\/\/localhost:2884'/);
  });

  it('the address, where the certificate is for neither, or the host is chosen', async () => {
    assert.match((await exported(settings(elsewhere))).words[0], /^https:\/\/127\.0\.0\.1:/);
    assert.match((await exported(['--host', '127.0.0.2', ...settings(nameOnly)])).words[0], /^https:\/\/127\.0\.0\.2:/);
    assert.match((await exported(['--host', 'localhost', ...settings(pair)])).words[0], /^https:\/\/localhost:/);
  });
});

describe('a key of each kind', () => {
  it('RSA', async () => {
    const mock = await startMock({ tls: rsa });
    assert.equal((await mock.admin('GET', '/health')).status, 200);
    await mock.stop();
  });

  it('Ed25519', async () => {
    const mock = await startMock({ tls: await makeCertificate(directory, { name: 'ed', key: ['ed25519'] }) });
    assert.equal((await mock.admin('GET', '/health')).status, 200);
    await mock.stop();
  });

  it('a chain: only the root is trusted', async () => {
    await openssl(['req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=leaf', '-keyout', here('leaf.key'), '-out', here('leaf.csr')]);
    await writeFile(here('leaf.ext'), 'subjectAltName=IP:127.0.0.1\n');
    await openssl(['x509', '-req', '-in', here('leaf.csr'), '-CA', pair.cert, '-CAkey', pair.key, '-CAcreateserial', '-days', '5',
      '-extfile', here('leaf.ext'), '-out', here('leaf.pem')]);
    await writeFile(here('chain.pem'), await readFile(here('leaf.pem'), 'utf8') + pair.ca);
    const mock = await startMock({ tls: { cert: here('chain.pem'), key: here('leaf.key'), ca: pair.ca } });
    assert.equal((await mock.admin('GET', '/health')).status, 200);
    await mock.stop();
  });
});

describe('the official SDK', () => {
  const script = `
    import { Authlete } from '@authlete/typescript-sdk';
    const { AUTHLETE_BASE_URL: serverURL, AUTHLETE_SERVICE_ID: serviceId } = process.env;
    const authlete = new Authlete({ serverURL });
    const answer = await authlete.ciba.fail({ serviceId, backchannelAuthenticationFailRequest: { ticket: 'mock-ticket-1', reason: 'ACCESS_DENIED' } });
    console.log(answer.action);`;

  it('runs over HTTPS, with the certificate in NODE_EXTRA_CA_CERTS', async () => {
    const beside = fileURLToPath(new URL('..', import.meta.url)); // node_modules
    const args = ['exec', ...settings(pair), '--', 'sh', '-c', 'cd "$0" && exec "$@"', beside, process.execPath, '--input-type=module', '-e', script];
    const end = await run(args, { env: { NODE_EXTRA_CA_CERTS: pair.cert }, timeout: 60_000 });
    assert.equal(end.code, 0, end.stderr);
    assert.equal(end.stdout, 'FORBIDDEN\n');
    const distrustful = await run(args, { timeout: 60_000 });
    assert.equal(distrustful.code, 1);
    assert.match(distrustful.stderr, /calls to the API: 0, refused: 0/);
  });
});
