import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const vectors = at('../vectors/contract');

const diff = (...args) => {
  const { status, stdout, stderr } = spawnSync(at('../contract-diff'), args, { encoding: 'utf8' });
  return { status, stderr, lines: stdout.split('\n').filter(Boolean) };
};
const published = `${vectors}/published.yaml`;
const ours = ['--schema', `${vectors}/schema`];
const OTHER = 'GET /api/{serviceId}/x/other';

const DIFFERENCES = [
  `${OTHER} /query/properties/start/type: type "integer" is published, ours is "string"`,
  `${OTHER} /query/properties/start/format: format int32 is published, ours is -`,
  `${OTHER} /query/properties/gone: member missing here`,
  `${OTHER} /query/required: required missing here: "start"`,
  `${OTHER} /status: status 201 is not published`,
  `${OTHER} /response/required: required missing here: "b"`,
  `${OTHER} /response/required: required only here: "c"`,
  `${OTHER} /response/properties/a/type: type "string" is published, ours is "integer"`,
  `${OTHER} /response/properties/b/format: format int64 is published, ours is int32`,
  `${OTHER} /response/properties/c/enum: enum missing here: "TWO"`,
  `${OTHER} /response/properties/c/enum: enum only here: "THREE"`,
  `${OTHER} /response/properties/d/items: items missing here`,
  `${OTHER} /response/properties/f/readOnly: readOnly true is published, ours is -`,
  `${OTHER} /response/properties/g/additionalProperties: additionalProperties missing here`,
  `${OTHER} /response/properties/i: member only here`,
  `${OTHER} /response/properties/k/nullable: null is allowed only here`,
  'DELETE /api/{serviceId}/x/missing /operation: operation missing here',
  'GET /api/{serviceId}/x/extra /operation: operation only here',
];
const EXPLAINED = [
  `${OTHER} /response/properties/h: member missing here (Nobody has ever seen it.)`,
  `${OTHER} /response/properties/e/nullable: null is published (Nulls are left out.)`,
  'POST /api/{serviceId}/x/other /variants: operation only here (An SDK posts.)',
];

test('finds each known difference, and no other', () => {
  const { status, lines } = diff(...ours, published);
  assert.equal(status, 1);
  assert.deepEqual(lines.slice(0, -1).sort(), [...DIFFERENCES].sort());
  assert.equal(lines.at(-1), '3 published operations: 18 unexplained differences, 3 explained');
});

test('--all shows the explained ones with their reasons', () => {
  const { lines } = diff(...ours, '--all', published);
  assert.deepEqual(lines.slice(0, -1).sort(), [...DIFFERENCES, ...EXPLAINED].sort());
});

test('our contracts can be read, whatever they are held against', () => {
  const { status, lines } = diff(published);
  assert.equal(status, 1);
  assert.match(lines.at(-1), /^3 published operations: \d+ unexplained/);
  assert.ok(lines.includes('POST /api/{serviceId}/backchannel/authentication/fail /operation: operation only here'));
});

test('says what is wrong with its arguments', () => {
  assert.deepEqual(diff(), { status: 2, lines: [], stderr: 'usage: tests/contract-diff [--all] [--schema DIR] FILE\n' });
  assert.match(diff('/no/such/file').stderr, /there is no file \/no\/such\/file/);
  assert.match(diff(at('../package.json')).stderr, /is no OpenAPI document: it has no paths/);
});
