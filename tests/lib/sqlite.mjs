// A small valid SQLite file with one table that is none of the mock's, byte by byte: Node 18 has no
// SQLite of its own. The layout: https://www.sqlite.org/fileformat.html

const PAGE = 512;

export function foreignDatabase() {
  const file = Buffer.alloc(2 * PAGE);
  file.write('SQLite format 3\0', 'latin1');
  file.writeUInt16BE(PAGE, 16);
  file.set([1, 1, 0, 64, 32, 32], 18); // rollback journal, no reserved bytes, payload fractions
  for (const [offset, value] of [[24, 1], [28, 2], [40, 1], [44, 4], [56, 1], [92, 1], [96, 3040001]]) {
    file.writeUInt32BE(value, offset); // change counter, pages, schema cookie and format, UTF-8, versions
  }
  const texts = ['table', 'contacts', 'contacts', 'CREATE TABLE contacts(name TEXT)'];
  const [type, name, table, sql] = texts.map((text) => 13 + 2 * text.length);
  const record = Buffer.concat([
    Buffer.from([6, type, name, table, 1, sql]), Buffer.from(texts.slice(0, 3).join('')), Buffer.from([2]), Buffer.from(texts[3]),
  ]);
  const cell = Buffer.concat([Buffer.from([record.length, 1]), record]);
  const start = PAGE - cell.length;
  leaf(file, 100, 1, start);
  file.writeUInt16BE(start, 108);
  cell.copy(file, start);
  leaf(file, PAGE, 0, PAGE);
  return file;
}

function leaf(file, offset, cells, contentStart) {
  file[offset] = 0x0d;
  file.writeUInt16BE(cells, offset + 3);
  file.writeUInt16BE(contentStart, offset + 5);
}
