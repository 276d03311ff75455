#!/usr/bin/env node
// Leads COUNT requests of the built-in poll client through a CIBA journey, without the last step.
//
//   ciba.mjs PORT COUNT DIRECTORY
//
// Before each step a snapshot of that name is saved (request, issue, complete, token); for each there
// is STEP.0 and STEP.1 in the directory, with one body a line for the calls of it, and STEP.reply, what
// such a call is answered.

import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';

const [port, count, directory] = process.argv.slice(2);
const SERVICE = '/api/2884000001/';
const STEPS = {
  request: 'backchannel/authentication', issue: 'backchannel/authentication/issue',
  complete: 'backchannel/authentication/complete', token: 'auth/token',
};
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
const credentials = { clientId: '2884100003', clientSecret: 'mock-client-secret-ciba-poll' };
const form = (params) => new URLSearchParams(params).toString();

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: 'Bearer mock-service-token',
      ...body && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    };
    const request = http.request({ port, host: '127.0.0.1', method, path, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => {
        if (response.statusCode < 300) resolve(text);
        else reject(new Error(`${path}: ${response.statusCode} ${text}`));
      });
    });
    request.on('error', reject).end(body);
  });
}

/** The replies to all bodies, a few at a time. */
async function all(path, bodies) {
  const replies = [];
  let next = 0;
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (next < bodies.length) {
      const i = next++;
      replies[i] = JSON.parse(await call('POST', path, bodies[i]));
    }
  }));
  return replies;
}

async function step(name, bodies) {
  const path = `${SERVICE}${STEPS[name]}`;
  await call('PUT', `/__admin/snapshots/${name}`);
  const half = Math.ceil(bodies.length / 2);
  for (const part of [0, 1]) {
    const lines = bodies.length === 1 ? bodies : bodies.slice(part * half, (part + 1) * half);
    writeFileSync(join(directory, `${name}.${part}`), `${lines.join('\n')}\n`);
  }
  writeFileSync(join(directory, `${name}.reply`), await call('POST', path, bodies[0]));
  await call('POST', '/__admin/reset', JSON.stringify({ to: name }));
  return path;
}

const request = JSON.stringify({
  ...credentials, parameters: form({ scope: 'openid read', login_hint: 'john', binding_message: 'W4SCT' }),
});
let path = await step('request', [request]);
const opened = await all(path, Array(Number(count)).fill(request));
let bodies = opened.map(({ ticket }) => JSON.stringify({ ticket }));
path = await step('issue', bodies);
const issued = await all(path, bodies);
bodies = opened.map(({ ticket }) => JSON.stringify({ ticket, result: 'AUTHORIZED', subject: 'john' }));
path = await step('complete', bodies);
await all(path, bodies);
bodies = issued.map(({ authReqId }) => JSON.stringify({
  ...credentials, parameters: form({ grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: authReqId }),
}));
await step('token', bodies);
agent.destroy();
