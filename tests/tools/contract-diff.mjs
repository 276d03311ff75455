// tests/contract-diff: our contracts beside a published OpenAPI 3.0 document.
//
// A difference is explained by "x-differs" of a schema around it, keyed by the pointer below that
// schema, or by "differs" of the schema file, keyed by what it concerns.

import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { contracts } from './contracts.mjs';

const METHODS = ['get', 'post', 'put', 'delete'];

/** Differences as they are found, each with the reason that excuses it. */
class Report {
  found = [];
  excuses = [];

  /** What x-differs says around here: keyed by whole pointers. */
  excuse(pointer, reasons = {}) {
    for (const [below, why] of Object.entries(reasons)) this.excuses.push([pointer + below, why]);
  }

  add(operation, pointer, what) {
    const [, why] = this.excuses.find(([excused]) => pointer === excused || pointer.startsWith(`${excused}/`)) ?? [];
    this.found.push({ operation, pointer, what, why });
  }
}

const list = (values) => values.map((value) => JSON.stringify(value)).join(', ');

/** What is only in one of two lists: "missing" is published and not ours. */
function compareLists(published, ours, report) {
  const missing = published.filter((value) => !ours.includes(value));
  const extra = ours.filter((value) => !published.includes(value));
  if (missing.length) report(`missing here: ${list(missing)}`);
  if (extra.length) report(`only here: ${list(extra)}`);
}

class Comparison {
  constructor(document, report, operation) {
    Object.assign(this, { document, report, operation });
  }

  add(pointer, what) {
    this.report.add(this.operation, pointer, what);
  }

  /** The published schema with its $ref followed and the parts of an allOf put together. */
  published(schema) {
    if (schema?.$ref) {
      const path = schema.$ref.slice(2).split('/');
      return this.published(path.reduce((node, name) => node?.[name], this.document) ?? {});
    }
    if (!schema?.allOf) return schema ?? {};
    const parts = schema.allOf.map((part) => this.published(part));
    return {
      ...schema, type: 'object', allOf: undefined,
      required: parts.flatMap(({ required = [] }) => required),
      properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    };
  }

  /** ours: { schema, file } of contracts.mjs; seen: pairs on the way here, for trees. */
  schemas(given, ours, pointer, seen = []) {
    const published = this.published(given);
    const own = ours.resolve((schema) => this.report.excuse(pointer, schema['x-differs']));
    if (seen.some(([a, b]) => a === published && b === own.schema)) return;
    const way = [...seen, [published, own.schema]];
    this.types(published, own.schema, pointer);
    compareLists((published.enum ?? []).filter((value) => value !== null), own.schema.enum ?? [],
      (what) => this.add(`${pointer}/enum`, `enum ${what}`));
    compareLists(published.required ?? [], own.schema.required ?? [],
      (what) => this.add(`${pointer}/required`, `required ${what}`));
    this.members(published, own, pointer, way);
    if (published.items || own.schema.items) {
      if (!published.items || !own.schema.items) this.add(`${pointer}/items`, `items ${own.schema.items ? 'only' : 'missing'} here`);
      else this.schemas(published.items, own.at('items'), `${pointer}/items`, way);
    }
    const map = published.additionalProperties;
    if (map !== undefined && own.schema.additionalProperties === undefined) {
      this.add(`${pointer}/additionalProperties`, 'additionalProperties missing here');
    } else if (map !== null && typeof map === 'object') {
      this.schemas(map, own.at('additionalProperties'), `${pointer}/additionalProperties`, way);
    }
  }

  types(published, own, pointer) {
    const type = published.type ?? (published.properties ? 'object' : undefined);
    const types = [own.type ?? []].flat();
    if (type && !types.includes(type)) {
      this.add(`${pointer}/type`, `type ${list([type])} is published, ours is ${types.length ? list(types) : 'any'}`);
    } else if (!type && types.length) {
      this.add(`${pointer}/type`, `no type is published, ours is ${list(types)}`);
    }
    if (Boolean(published.nullable) !== types.includes('null')) {
      this.add(`${pointer}/nullable`, `null is ${published.nullable ? 'published' : 'allowed only here'}`);
    }
    for (const keyword of ['format', 'readOnly']) {
      if (published[keyword] !== own[keyword]) {
        this.add(`${pointer}/${keyword}`, `${keyword} ${published[keyword] ?? '-'} is published, ours is ${own[keyword] ?? '-'}`);
      }
    }
  }

  members(published, own, pointer, way) {
    const theirs = published.properties ?? {};
    const mine = own.schema.properties ?? {};
    for (const name of Object.keys(theirs)) {
      if (!(name in mine)) this.add(`${pointer}/properties/${name}`, 'member missing here');
      else this.schemas(theirs[name], own.at('properties', name), `${pointer}/properties/${name}`, way);
    }
    for (const name of Object.keys(mine)) {
      if (!(name in theirs)) this.add(`${pointer}/properties/${name}`, 'member only here');
    }
  }

  operations(published, contract, parameters) {
    const { document } = contract;
    this.report.excuse('', Object.fromEntries(Object.entries(document.differs ?? {})
      .map(([what, why]) => [`/${what}`, why])));
    const content = published.requestBody?.content;
    const wantsBody = document.body !== 'none';
    if (Boolean(content) !== wantsBody) this.add('/body', `a body is ${content ? 'published' : 'taken only here'}`);
    const forms = Object.keys(content ?? {}).some((type) => type.includes('form'));
    if (forms !== Boolean(document.forms)) this.add('/forms', `forms are ${forms ? 'published' : 'taken only here'}`);
    if (content && wantsBody) this.schemas(Object.values(content)[0].schema, contract.part('request'), '/request');
    this.query(parameters.filter(({ in: where }) => where === 'query'), contract);
    this.replies(published.responses ?? {}, contract);
  }

  query(parameters, contract) {
    if (!parameters.length && !contract.document.query) return;
    const published = {
      type: 'object',
      required: parameters.filter(({ required }) => required).map(({ name }) => name),
      properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    };
    this.schemas(published, contract.part('query'), '/query');
  }

  replies(responses, contract) {
    const status = contract.document.status ?? 200;
    if (!(status in responses)) this.add('/status', `status ${status} is not published`);
    const content = Object.entries(responses)
      .filter(([code]) => /^2/.test(code)).map(([, reply]) => reply.content).findLast(Boolean);
    const schema = content?.['application/json']?.schema;
    const own = contract.part('response');
    if (schema && status !== 204) this.schemas(schema, own, '/response');
    else if (schema) this.add('/response', 'a reply is published with a status that has none');
    else if (own.schema && Object.keys(own.schema).length) this.add('/response', 'a reply is described only here');
  }
}

function compare(document, ours) {
  const report = new Report();
  const left = new Map(ours.flatMap((contract) => contract.routes.map((route) => [route, contract])));
  let count = 0;
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const route = `${method.toUpperCase()} ${path}`;
      const contract = left.get(route);
      left.delete(route);
      count += 1;
      report.excuses = [];
      const comparison = new Comparison(document, report, route);
      if (!contract) comparison.add('/operation', 'operation missing here');
      else comparison.operations(item[method], contract, [...item.parameters ?? [], ...item[method].parameters ?? []]);
    }
  }
  for (const [route, contract] of left) {
    report.excuses = Object.entries(contract.document.differs ?? {}).map(([what, why]) => [`/${what}`, why]);
    report.add(route, contract.routes[0] === route ? '/operation' : '/variants', 'operation only here');
  }
  return { count, found: report.found };
}

const options = process.argv.slice(2);
const take = (name) => {
  const at = options.indexOf(name);
  return at < 0 ? undefined : options.splice(at, 2)[1];
};
const schema = take('--schema') ?? new URL('../../schema', import.meta.url).pathname;
const showAll = options.includes('--all');
const [file, ...more] = options.filter((option) => option !== '--all');
if (!file || more.length || file.startsWith('-') || !existsSync(file)) {
  console.error(file && !existsSync(file) ? `contract-diff: there is no file ${file}` : 'usage: tests/contract-diff [--all] [--schema DIR] FILE');
  process.exit(2);
}
const document = parse(readFileSync(file, 'utf8'));
if (!document?.paths) {
  console.error(`contract-diff: ${file} is no OpenAPI document: it has no paths`);
  process.exit(2);
}
const { count, found } = compare(document, contracts(schema));
const explained = found.filter(({ why }) => why);
const unexplained = found.filter(({ why }) => !why);
for (const { operation, pointer, what, why } of showAll ? found : unexplained) {
  console.log(`${operation} ${pointer}: ${what}${why ? ` (${why})` : ''}`);
}
console.log(`${count} published operations: ${unexplained.length} unexplained differences, ${explained.length} explained`);
process.exitCode = unexplained.length ? 1 : 0;
