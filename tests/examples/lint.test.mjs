// Every file under docker/ that has a schema or a linter passes it; and each linter refuses a broken copy,
// or passing would say nothing.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { broken, dockerFiles, examples, folder, needs, readExample, run, tool, top } from './examples.mjs';

const files = dockerFiles();
const named = (pattern) => files.filter((file) => pattern.test(file));
const github = named(/github-actions\.yml$/);
const gitlab = named(/gitlab-ci\.yml$/);
const compose = named(/compose[^/]*\.yaml$/);
const yaml = named(/\.ya?ml$/);

const schema = (name) => [tool('python/bin/check-jsonschema'), '--builtin-schema', `vendor.${name}`];

// breaks: what is replaced in a copy of the first file; says: what the linter then complains about
const LINTERS = [
  {
    name: 'the schema of GitHub workflows', needs: 'python', command: schema('github-workflows'), files: github,
    breaks: ['runs-on:', 'run-on:'], says: /run-on/,
  },
  {
    name: 'actionlint: a step that names a context wrongly', needs: 'actionlint', command: [tool('bin/actionlint')],
    files: github, breaks: ['run: npm ci', 'run: npm ci --cache ${{ runer.temp }}'], says: /undefined variable "runer"/,
  },
  {
    name: 'actionlint: a shell script with a mistake', needs: 'actionlint', command: [tool('bin/actionlint')],
    files: github, breaks: ['"$GITHUB_PATH"', '$GITHUB_PATH'], says: /shellcheck/,
  },
  {
    name: 'the schema of GitLab pipelines', needs: 'python', command: schema('gitlab-ci'), files: gitlab,
    breaks: ['- name: $CI_REGISTRY', '- image: $CI_REGISTRY'], says: /services/,
  },
  {
    name: 'the schema of compose files', needs: 'python', command: schema('compose-spec'), files: compose,
    breaks: ['service_healthy', 'service_is_healthy'], says: /service_is_healthy/,
  },
  {
    name: "docker compose's own parser", needs: 'compose-config', command: [tool('bin/compose-config')], files: compose,
    breaks: [/depends_on:\n +\S+:/, 'depends_on:\n      nobody:'], says: /undefined service "?nobody/,
  },
  {
    name: 'yamllint', needs: 'python', command: [tool('python/bin/yamllint'), '-c', join(top, 'tests/examples/yamllint.yml')],
    files: yaml, breaks: [/^name: .*\n|^services:\n|^test:\n/m, '$&$&'], says: /duplication of key/,
  },
  {
    // Debian's archive holds no old versions, so nobody can pin them
    name: 'hadolint', needs: 'python', command: [tool('python/bin/hadolint'), '--no-color', '--ignore', 'DL3008'],
    files: named(/Dockerfile$/), breaks: [/^(CMD|ENTRYPOINT) .*/m, '$1 not-exec-form'], says: /DL3025/,
  },
];

for (const { name, command: [program, ...args], ...linter } of LINTERS) {
  describe(name, needs(linter.needs), () => {
    for (const file of linter.files) {
      test(`accepts ${file}`, async () => {
        const { code, output } = await run(program, [...args, file]);
        assert.equal(code, 0, output);
      });
    }
    test('refuses a broken copy', async (t) => {
      const [file] = linter.files.filter((path) => path.startsWith('docker/examples/'));
      const copy = join(folder(t), basename(file));
      writeFileSync(copy, broken(readFileSync(join(top, file), 'utf8'), linter.breaks));
      const { code, output } = await run(program, [...args, copy]);
      assert.notEqual(code, 0, 'the linter accepts it');
      assert.match(output, linter.says);
    });
  });
}

test('no YAML file is without a schema', () => {
  assert.deepEqual(yaml, [...github, ...gitlab, ...compose].sort());
});

test('the images are of this version, and of nobody in particular', () => {
  const [, version] = /version: '([\d.]+)'/.exec(readFileSync(join(top, 'meson.build'), 'utf8'));
  for (const file of ['github-actions.yml', 'gitlab-ci.yml', 'testcontainers/src/test/java/com/example/AuthleteMock.java']) {
    const images = readExample(file).match(/\S+\/authlete-mock:[\d.]+/g);
    assert.ok(images?.length >= 2, `${file} names the image where it is used and where it is built`);
    for (const image of images) assert.match(image, new RegExp(`/your-(org|group)/authlete-mock:${version}$`), examples);
  }
});
