// Every operation that is built and has a client in its path, on each of its routes: which clients it
// finds, and what it says of those that it does not. The operations come from the served document; the
// two for secrets have one code for all of it, see secret.test.mjs.

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { assertRefused } from '../../lib/check.mjs';
import { Document } from '../../lib/document.mjs';
import { SERVICE, TOKEN } from '../../lib/mock.mjs';
import { FOREIGN, clientOf, startTokens } from '../../lib/tokens.mjs';

const mock = await startTokens();
after(() => mock.stop());

const document = new Document((await mock.admin('GET', '/openapi.json')).json);
const operations = document.operations()
  .filter(({ path, 'x-built': built }) => built && /\{client(Id|Identifier)\}/.test(path) && !path.includes('/client/secret/'));

/** A call that lacks nothing but perhaps its client. */
function ask(silo, { method, path, requestBody, parameters = [], ...operation }, client) {
  const v2 = !path.includes('{serviceId}');
  const schema = requestBody && document.request({ requestBody, ...operation });
  const query = parameters.filter(({ in: where, required, schema: member }) => where === 'query' && (required || document.resolve(member)['x-refusals']?.required))
    .map(({ name }) => `${name}=john`).join('&');
  const target = path.replace('{serviceId}', SERVICE).replace(/\{client(Id|Identifier)\}/, encodeURIComponent(client)).replace('{subject}', 'john');
  const Authorization = v2 ? `Basic ${Buffer.from(`${SERVICE}:api-secret`).toString('base64')}` : `Bearer ${TOKEN}`;
  return silo.call(method, `${target}?${query}`, {
    headers: { Authorization, ...(schema && { 'Content-Type': 'application/json' }) },
    body: schema && JSON.stringify({ ...document.sample(schema), ...(/\/client\/update\//.test(path) && { clientName: 'x' }) }),
  });
}

/** 2.x: those that have codes of their own for an id that leads to nobody, and to another service's client. */
const OWN_CODES = {
  'client/get/{clientId}': ['A027201', 'A027202'], 'client/update/{clientId}': ['A029201', 'A029202'], 'client/delete/{clientId}': ['A026201', 'A026202'],
};

describe('the client in the path', () => {
  it('is that of many operations', () => assert.ok(operations.length >= 36, String(operations.length)));

  for (const operation of operations) {
    const { method, path, 'x-operation': name } = operation;
    const v2 = !path.includes('{serviceId}');
    const [unknown, foreign] = (v2 && OWN_CODES[name]) || ['A001212', 'A001213'];
    it(`${unknown}, ${foreign}, A001218 ${v2 ? 'and A001222 ' : ''}at ${method} ${path}`, async () => {
      const silo = mock.silo();
      assertRefused(await ask(silo, operation, 999), 404, unknown);
      assertRefused(await ask(silo, operation, clientOf(FOREIGN)), 403, foreign);
      assertRefused(await ask(silo, operation, 'nobody'), 404, 'A001218');
      const reply = await ask(silo, operation, 'web');
      if (v2) assertRefused(reply, 400, 'A001222');
      else assert.ok(reply.status < 300 || reply.json.resultCode === 'A293204', reply.text); // it has no lock to open
    });
  }
});
