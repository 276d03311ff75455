// Bytes on a socket, for what an HTTP client would never send.

import { once } from 'node:events';
import net from 'node:net';

/** A connected socket whose errors are kept in `socket.failure` instead of thrown. */
export async function connect(port, host = '127.0.0.1') {
  const socket = net.connect({ port, host });
  socket.setNoDelay(true);
  await once(socket, 'connect');
  socket.on('error', (error) => { socket.failure = error; });
  return socket;
}

/**
 * Sends the bytes and waits until the server closes: { text, status, ms }.
 * end: close our side after the bytes. timeout: give up and reset after so many ms (`timedOut`).
 */
export async function rawExchange(port, bytes, { end = false, timeout = 10_000 } = {}) {
  const start = performance.now();
  const socket = await connect(port);
  const chunks = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  let timedOut = false;
  const timer = setTimeout(() => { timedOut = true; socket.resetAndDestroy(); }, timeout);
  // not once(): that would throw the error of a write after the server has closed, which is an answer too
  const closed = new Promise((resolve) => { socket.on('close', resolve); });
  for (const part of [bytes].flat()) socket.write(part);
  if (end) socket.end();
  await closed;
  clearTimeout(timer);
  const text = Buffer.concat(chunks).toString('latin1');
  return { text, status: statusOf(text), timedOut, ms: performance.now() - start };
}

/** The status of the first reply in the text, undefined when there is none. */
export function statusOf(text) {
  const line = /^HTTP\/1\.1 (\d{3}) /.exec(text);
  return line ? Number(line[1]) : undefined;
}

/** The bytes of one request; the connection closes after it unless a header says otherwise. */
export function request(method, path, headers = {}, body = '') {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: localhost'];
  const named = { Connection: 'close', ...headers };
  if (body.length && !('Transfer-Encoding' in named) && !('Content-Length' in named)) {
    named['Content-Length'] = Buffer.byteLength(body);
  }
  for (const [name, values] of Object.entries(named)) {
    for (const value of [values].flat()) lines.push(`${name}: ${value}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)]);
}

/** The JSON body of a raw reply. */
export function jsonOf(text) {
  return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4));
}
