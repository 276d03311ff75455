// What the kernel knows of a process.

import { readFileSync } from 'node:fs';
import { binary } from './mock.mjs';

/** Sanitizers multiply memory: built with one, sizes say nothing. */
export const sanitized = readFileSync(binary).includes('__asan_init') || readFileSync(binary).includes('__tsan_init');

const MB = 1024 * 1024;

/** Resident memory in MB: { now, peak }. */
export function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) * 1024 / MB;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

export const isStopped = (pid) => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

/** How many files this process and its children may open, its own raising included. */
export function fileLimit() {
  const [, limit] = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  return limit === 'unlimited' ? Infinity : Number(limit);
}
