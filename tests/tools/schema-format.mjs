#!/usr/bin/env node
// Writes schema files the one way: schema-format.mjs [--check] FILE...
// What fits into a line stands on one, but each member of "properties" and "definitions" and each
// result has its own. Files that are not JSON are refused.

import { readFileSync, writeFileSync } from 'node:fs';

const WIDTH = 100;
const ROWS = new Set(['properties', 'definitions', 'results']);

const isTree = (value) => value !== null && typeof value === 'object';

/** The value on one line. */
function flat(value) {
  if (Array.isArray(value)) return `[${value.map(flat).join(', ')}]`;
  if (!isTree(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${flat(inner)}`);
  return members.length ? `{ ${members.join(', ')} }` : '{}';
}

/** The strings, as many on each line as fit. */
function filled(strings, indent) {
  const lines = [''];
  for (const [i, text] of strings.entries()) {
    const piece = JSON.stringify(text) + (i < strings.length - 1 ? ',' : '');
    const last = lines[lines.length - 1];
    if (last && indent.length + 2 + last.length + 1 + piece.length > WIDTH) lines.push(piece);
    else lines[lines.length - 1] = last ? `${last} ${piece}` : piece;
  }
  return `[\n${lines.map((line) => `${indent}  ${line}`).join('\n')}\n${indent}]`;
}

/** The value, whose first line begins after `used` characters. */
function write(value, indent, used, name) {
  const line = flat(value);
  const wantsRows = isTree(value) && (indent === '' || (ROWS.has(name) && Object.keys(value).length > 0));
  if (!wantsRows && used + line.length < WIDTH) return line;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return filled(value, indent);
  const inner = `${indent}  `;
  const rows = Array.isArray(value)
    ? value.map((item) => inner + write(item, inner, inner.length))
    : Object.entries(value).map(([key, item]) => {
      const start = `${inner}${JSON.stringify(key)}: `;
      return start + write(item, inner, start.length, key);
    });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return isTree(value) ? `${open}\n${rows.join(',\n')}\n${indent}${close}` : line;
}

const files = process.argv.slice(2).filter((argument) => argument !== '--check');
const check = files.length < process.argv.length - 2;
for (const file of files) {
  const text = readFileSync(file, 'utf8');
  let better;
  try {
    better = `${write(JSON.parse(text), '', 0)}\n`;
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exitCode = 1;
    continue;
  }
  if (better === text) continue;
  if (check) {
    console.error(`${file}: not as tests/tools/schema-format.mjs writes it`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, better);
  }
}
