// The served OpenAPI document, and bodies that keep to it.

const METHODS = ['get', 'post', 'put', 'delete'];

export class Document {
  constructor(json) {
    this.json = json;
  }

  /** The operations of the API, one for each route. */
  operations() {
    return Object.entries(this.json.paths).filter(([path]) => !path.startsWith('/__admin'))
      .flatMap(([path, item]) => METHODS.filter((method) => item[method])
        .map((method) => ({ path, method: method.toUpperCase(), ...item[method] })));
  }

  resolve(schema) {
    const seen = [];
    for (let at = schema; at; at = at.$ref && this.#follow(at.$ref)) seen.push(at);
    return Object.assign({}, ...seen.reverse()); // what stands beside a $ref comes first
  }

  #follow(ref) {
    return ref.slice(2).split('/').reduce((node, name) => node[name.replaceAll('~1', '/').replaceAll('~0', '~')], this.json);
  }

  request(operation) {
    const content = operation.requestBody?.content?.['application/json'];
    return content && this.resolve(content.schema);
  }

  /** A value that the schema takes; of an object only what is needed, or with `all` every member. */
  sample(given, { all = false, depth = 0 } = {}) {
    const schema = this.resolve(given);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return schema.enum[0];
    switch ([schema.type].flat()[0]) {
      case 'string': return 'x'.repeat(Math.max(1, schema.minLength ?? 0));
      case 'integer': case 'number': return schema.minimum ?? 1;
      case 'boolean': return true;
      case 'array': return depth > 4 ? [] : [this.sample(schema.items ?? {}, { all, depth: depth + 1 })];
      case 'object': return this.#object(schema, { all, depth: depth + 1 });
      default: return 'x';
    }
  }

  #object({ properties = {}, required = [] }, { all, depth }) {
    const wanted = ([name, member]) => {
      const schema = this.resolve(member);
      return all || required.includes(name) || schema['x-mandatory'] || schema['x-refusals']?.required;
    };
    return Object.fromEntries(Object.entries(properties).filter(wanted)
      .filter(() => depth < 5).map(([name, member]) => [name, this.sample(member, { all, depth })]));
  }
}
