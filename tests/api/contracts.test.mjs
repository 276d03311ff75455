// Every operation has its contract, and what is not built yet says so, but only to those who may
// call it and call it well. The order of refusals: DESIGN of the API-level errors, CASES.md.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { assertRefused } from '../lib/check.mjs';
import { Document } from '../lib/document.mjs';
import { ORGANIZATION_TOKEN, SERVICE, startMock } from '../lib/mock.mjs';

const NOT_BUILT = 'M000102';
const mock = await startMock();
after(() => mock.stop());

const document = new Document((await mock.admin('GET', '/openapi.json')).json);
const operations = document.operations();
const waiting = operations.filter((operation) => !operation['x-built']);
const basic = (pair) => `Basic ${Buffer.from(pair).toString('base64')}`;

/** The call with a body that keeps to the contract. */
function call(operation, { token = `Bearer ${ORGANIZATION_TOKEN}`, body, headers, query } = {}) {
  const v2 = !operation.path.startsWith('/api/{serviceId}') && operation.security.some(({ basic: scheme }) => scheme);
  const owner = operation.path.includes('{serviceId}') || operation['x-first'];
  const authorization = token && v2 ? basic(owner ? 'mock-owner-key:mock-owner-secret' : `${SERVICE}:mock-service-secret`) : token;
  const schema = document.request(operation);
  const path = operation.path.replace('{serviceId}', SERVICE).replace(/\{\w+\}/g, '1');
  const needed = (operation.parameters ?? []).filter(({ in: where, name, required, schema: member }) => where === 'query'
    && (required || name === 'subject' || document.resolve(member)['x-mandatory']))
    .map(({ name, schema: member }) => `${name}=${document.sample(member)}`);
  const text = body ?? (schema && JSON.stringify(document.sample(schema)));
  return mock.call(operation.method, `${path}?${query ?? needed.join('&')}`, {
    headers: { ...authorization && { Authorization: authorization }, ...text && { 'Content-Type': 'application/json' }, ...headers },
    body: text,
  });
}

describe('the contracts', () => {
  it('are there for each operation of Authlete', () => {
    const published = new Set(operations.filter((operation) => operation['x-first'])
      .map(({ method, path }) => `${method} ${path}`));
    assert.ok(published.size >= 88, `${published.size}`);
  });

  it('tell of each result when it comes, and keep to the grammar of codes', () => {
    for (const { path, 'x-results': results } of operations) {
      const codes = results.map(({ resultCode }) => resultCode);
      assert.equal(new Set(codes).size, codes.length, path);
      for (const { resultCode, when, confidence } of results) {
        assert.match(resultCode, /^[AM]\d{6}$/, path);
        assert.ok(when.length > 10 && /^(live|documented|inferred)$/.test(confidence), `${path} ${resultCode}`);
      }
    }
  });
});

describe('an operation that is not built', () => {
  for (const operation of waiting) {
    const { method, path, 'x-operation': name } = operation;
    it(`${method} ${path}`, async () => {
      const reply = await call(operation);
      assertRefused(reply, 501, NOT_BUILT);
      assert.ok(reply.json.resultMessage.includes(`/${name}:`), reply.text);
      if (operation.security.length === 0) return;
      assertRefused(await call(operation, { token: null }), 401, 'A001202');
      if (!path.startsWith('/api/{serviceId}')) return;
      assertRefused(await call(operation, { token: 'Bearer nobody' }), 401, 'A458101');
      if (!operation.requestBody) return;
      assertRefused(await call(operation, { body: '{' }), 400, 'A126202');
      if (operation.requestBody.required) {
        assertRefused(await call(operation, { body: '', headers: { 'Content-Type': 'application/json' } }), 400, 'A126203');
      }
    });
  }
});

describe('a missing member is refused as its contract says', () => {
  for (const operation of operations.filter(({ path }) => path.startsWith('/api/{serviceId}'))) {
    const schema = document.request(operation);
    for (const [name, member] of Object.entries(schema?.properties ?? {})) {
      const refusal = document.resolve(member)['x-refusals']?.required;
      if (!refusal) continue;
      it(`${operation['x-operation']}: ${name}`, async () => {
        const { [name]: left, ...rest } = document.sample(schema);
        const reply = await call(operation, { body: JSON.stringify(rest) });
        assert.equal(reply.status, refusal.status, reply.text);
        assert.equal(reply.json.resultCode, refusal.resultCode);
        assert.equal(reply.json.action, refusal.action);
        const error = refusal.error ?? refusal.challenge;
        assert.equal('responseContent' in reply.json, error !== undefined);
        if (refusal.error) assert.equal(JSON.parse(reply.json.responseContent).error, refusal.error);
        if (refusal.challenge) assert.match(reply.json.responseContent, new RegExp(`^Bearer error="${refusal.challenge}",`));
        if (error) assert.ok(reply.json.responseContent.includes(`[${refusal.resultCode}] ${refusal.message}`));
      });
    }
  }
});
