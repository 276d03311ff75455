// server/jose/ beside npm's jose: what one makes the other takes, for every algorithm and content encryption.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { constants, createHmac, createPrivateKey, privateDecrypt } from 'node:crypto';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import * as jose from 'jose';
import { binary } from '../lib/mock.mjs';

const PAYLOAD = 'In both directions: äöü €, a zero \u0000 and "quotes".';
const SIGNATURES = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512',
  'ES256', 'ES384', 'ES512', 'ES256K', 'EdDSA'];
const RSA = ['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256'];
const ECDH = ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'];
const AES = ['A128KW', 'A192KW', 'A256KW', 'A128GCMKW', 'A192GCMKW', 'A256GCMKW'];
const PBES2 = ['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW'];
const CONTENTS = { 'A128CBC-HS256': 32, 'A192CBC-HS384': 48, 'A256CBC-HS512': 64, A128GCM: 16, A192GCM: 24, A256GCM: 32 };
const CURVES = ['P-256', 'P-384', 'P-521', 'X25519', 'X448'];

const oct = (bytes) => ({ kty: 'oct', k: Buffer.alloc(bytes, 7).map((value, i) => value * i).toString('base64url') });
const open = ({ d, p, q, dp, dq, qi, ...rest }) => rest;
const bytes = (text) => new TextEncoder().encode(text);
const text = (array) => new TextDecoder().decode(array);

let tool, lines;
const keys = {}; // name → private JWK

/** One request to the tool; its result, or an error with its code. */
async function ask(request) {
  tool.stdin.write(`${JSON.stringify(request)}\n`);
  const { value } = await lines.next();
  assert.ok(value, 'jose-tool has ended');
  const answer = JSON.parse(value);
  if ('result' in answer) return answer.result;
  throw Object.assign(new Error(`${answer.error}: ${answer.why}`), { code: answer.error, why: answer.why });
}

async function pair(name, alg, options) {
  const { privateKey } = await jose.generateKeyPair(alg, { extractable: true, ...options });
  keys[name] = await jose.exportJWK(privateKey);
}

before(async () => {
  tool = spawn(join(dirname(binary), '../tests/jose-tool'), { stdio: ['pipe', 'pipe', 'inherit'] });
  lines = createInterface({ input: tool.stdout })[Symbol.asyncIterator]();
  await pair('RSA', 'RS256', { modulusLength: 2048 });
  for (const alg of ['ES256', 'ES384', 'ES512', 'ES256K']) await pair(alg, alg);
  for (const crv of ['Ed25519', 'Ed448']) await pair(crv, 'EdDSA', { crv });
  for (const crv of CURVES) await pair(crv, 'ECDH-ES', { crv });
});
after(() => tool.stdin.end());

/** The private keys that may sign so. */
function signers(alg) {
  if (alg.startsWith('HS')) return [oct(Number(alg.slice(2)) / 8)];
  if (/^[RP]S/.test(alg)) return [keys.RSA];
  return alg === 'EdDSA' ? [keys.Ed25519, keys.Ed448] : [keys[alg]];
}

/** The private keys that may decrypt so. */
function readers(alg, enc) {
  if (RSA.includes(alg)) return [keys.RSA];
  if (ECDH.includes(alg)) return CURVES.map((crv) => keys[crv]);
  if (PBES2.includes(alg)) return [oct(20)];
  return [oct(alg === 'dir' ? CONTENTS[enc] : Number(alg.slice(1, 4)) / 8)];
}

const named = (key) => key.crv ?? key.kty;
const publicOf = (key) => (key.kty === 'oct' ? key : open(key));
const theirs = (key, alg) => jose.importJWK(key, alg);

describe('signed tokens', () => {
  for (const alg of SIGNATURES) {
    it(`${alg}: ours to npm's jose`, async () => {
      for (const key of signers(alg)) {
        const token = await ask({ do: 'sign', alg, key, members: '"typ":"JWT","kid":"ä"', payload: PAYLOAD });
        const { payload, protectedHeader } = await jose.compactVerify(token, await theirs(publicOf(key), alg));
        assert.equal(text(payload), PAYLOAD, named(key));
        assert.deepEqual(protectedHeader, { alg, typ: 'JWT', kid: 'ä' });
      }
    });
    it(`${alg}: theirs to us`, async () => {
      for (const key of signers(alg)) {
        const token = await new jose.CompactSign(bytes(PAYLOAD)).setProtectedHeader({ alg, kid: '1' })
          .sign(await theirs(key, alg));
        assert.equal(await ask({ do: 'verify', algs: [alg], key: publicOf(key), token }), PAYLOAD, named(key));
        assert.equal(await ask({ do: 'verify', algs: [alg], key, token }), PAYLOAD, 'a private key is its public one too');
        const set = { keys: [{ ...publicOf(key), kid: '2' }, { ...publicOf(key), kid: '1' }] };
        assert.equal(await ask({ do: 'verify', algs: SIGNATURES, set, token }), PAYLOAD);
        const [header, body, signature] = token.split('.');
        const other = signature.startsWith('A') ? 'B' : 'A';
        await assert.rejects(ask({ do: 'verify', algs: [alg], key: publicOf(key), token: `${header}.${body}.${other}${signature.slice(1)}` }), { code: 'EBADMSG' });
        await assert.rejects(ask({ do: 'verify', algs: SIGNATURES.filter((one) => one !== alg), key: publicOf(key), token }), { code: 'EPERM' });
      }
    });
  }

  it('an RSA key without its primes signs too', async () => {
    const { kty, n, e, d } = keys.RSA;
    for (const alg of ['RS256', 'PS512']) {
      const token = await ask({ do: 'sign', alg, key: { kty, n, e, d }, members: '', payload: PAYLOAD });
      const { payload } = await jose.compactVerify(token, await theirs({ kty, n, e }, alg));
      assert.equal(text(payload), PAYLOAD);
    }
  });

  it('a public key is no secret, in whatever form', async () => {
    const spki = await jose.exportSPKI(await theirs(open(keys.RSA), 'RS256'));
    const input = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.e30`;
    for (const secret of [spki, spki.trim(), keys.RSA.n, Buffer.from(keys.RSA.n, 'base64url'), JSON.stringify(open(keys.RSA))]) {
      const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      await assert.rejects(ask({ do: 'verify', algs: SIGNATURES, key: open(keys.RSA), token }), { code: 'ENOKEY' });
      await assert.rejects(ask({ do: 'verify', algs: SIGNATURES, set: { keys: [open(keys.RSA)] }, token }), { code: 'ENOKEY' });
    }
  });
});

/** Node does not decrypt RSA1_5 any more (CVE-2023-46809), so this looks at the padding (RFC 8017 section 7.2.1). */
function assertPadded(token, key, size) {
  const sealed = Buffer.from(token.split('.')[1], 'base64url');
  const padding = constants.RSA_NO_PADDING;
  const block = privateDecrypt({ key: createPrivateKey({ key, format: 'jwk' }), padding }, sealed);
  assert.deepEqual([block[0], block[1], block.indexOf(0, 2)], [0, 2, block.length - size - 1]);
}

/** Encrypts and decrypts in both directions with one key. */
async function exchange(alg, enc, key) {
  const what = `${alg} ${enc} ${named(key)}`;
  const extra = ECDH.includes(alg) ? { apu: 'Alice', apv: 'Bob' } : {};
  const ours = await ask({ do: 'encrypt', alg, enc, key: publicOf(key), members: '"cty":"JWT"', payload: PAYLOAD, ...extra });
  assert.equal(await ask({ do: 'decrypt', key, token: ours }), PAYLOAD, what);
  if (alg === 'RSA1_5') {
    assertPadded(ours, key, CONTENTS[enc]);
  } else {
    const got = await jose.compactDecrypt(ours, await theirs(key, alg), { keyManagementAlgorithms: [alg] });
    assert.equal(text(got.plaintext), PAYLOAD, what);
    assert.equal(got.protectedHeader.cty, 'JWT', what);
  }
  const encrypt = new jose.CompactEncrypt(bytes(PAYLOAD)).setProtectedHeader({ alg, enc, kid: '1' });
  if (ECDH.includes(alg)) encrypt.setKeyManagementParameters({ apu: bytes('Alice'), apv: bytes('Bob') });
  const token = await encrypt.encrypt(await theirs(publicOf(key), alg));
  assert.equal(await ask({ do: 'decrypt', key, token }), PAYLOAD, what);
  assert.equal(await ask({ do: 'decrypt', set: { keys: [{ ...key, kid: '2' }, { ...key, kid: '1' }] }, token }), PAYLOAD, what);
  const parts = token.split('.');
  for (const [i, part] of parts.entries()) {
    if (!part || i === 0) continue;
    const changed = parts.map((old, k) => (k === i ? flip(part) : old));
    await assert.rejects(ask({ do: 'decrypt', key, token: changed.join('.') }), { code: 'EBADMSG', why: 'The token cannot be decrypted with that key.' }, `${what}, part ${i}`);
  }
}

const flip = (part) => (part.startsWith('A') ? 'B' : 'A') + part.slice(1);

describe('encrypted tokens', () => {
  for (const alg of [...RSA, ...ECDH, ...AES, ...PBES2, 'dir'])
    for (const enc of Object.keys(CONTENTS))
      it(`${alg} with ${enc}`, async () => {
        for (const key of readers(alg, enc)) await exchange(alg, enc, key);
      });

  it("npm's jose takes our count of PBES2 as it is, and we take its", async () => {
    const token = await ask({ do: 'encrypt', alg: PBES2[0], enc: 'A128GCM', key: oct(20), members: '', payload: 'x' });
    assert.equal(jose.decodeProtectedHeader(token).p2c, 8192);
    const costly = await new jose.CompactEncrypt(bytes('x')).setProtectedHeader({ alg: PBES2[0], enc: 'A128GCM' })
      .setKeyManagementParameters({ p2c: 20000 }).encrypt(await theirs(oct(20), PBES2[0]));
    assert.equal(await ask({ do: 'decrypt', key: oct(20), token: costly }), 'x');
    await assert.rejects(ask({ do: 'decrypt', key: oct(20), token: costly, p2c: 19999 }), { code: 'EPERM' });
  });
});

describe('keys', () => {
  it('have the same thumbprints and public parts', async () => {
    for (const [name, key] of Object.entries({ ...keys, oct: oct(32) })) {
      assert.equal(await ask({ do: 'thumbprint', key }), await jose.calculateJwkThumbprint(key, 'sha256'), name);
      if (key.kty === 'oct') continue;
      assert.deepEqual(JSON.parse(await ask({ do: 'public', key: { ...key, kid: 'ü', use: 'sig' } })), { ...open(key), kid: 'ü', use: 'sig' }, name);
    }
  });
});
