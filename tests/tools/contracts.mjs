// Our contracts, read from the schema files.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** A schema and the file it stands in, which its $refs need. */
class Place {
  constructor(files, file, schema) {
    Object.assign(this, { files, file, schema: schema ?? {} });
  }

  at(...names) {
    return new Place(this.files, this.file, names.reduce((node, name) => node?.[name], this.schema));
  }

  /** Where its $refs lead, shown each schema on the way. */
  resolve(visit) {
    visit(this.schema);
    const { $ref: ref } = this.schema;
    if (ref === undefined) return this;
    const [name, pointer] = ref.split('#');
    const file = name || this.file;
    const schema = pointer.split('/').slice(1).reduce((node, key) => node?.[key], this.files(file));
    return new Place(this.files, file, schema).resolve(visit);
  }
}

/** The contracts of Authlete's operations below a schema directory: { document, routes, part }. */
export function contracts(directory) {
  const known = new Map();
  const files = (name) => {
    if (!known.has(name)) known.set(name, read(join(directory, name)));
    return known.get(name);
  };
  const walk = (folder) => readdirSync(join(directory, folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
  return walk('api').filter((file) => file.endsWith('.json') && !file.startsWith('api/idp/')).map((file) => {
    const document = files(file);
    return {
      document,
      routes: [document, ...document.variants ?? []].map(({ method, path }) => `${method} ${path}`),
      part: (name) => new Place(files, file, document[name]),
    };
  });
}
