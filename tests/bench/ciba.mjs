#!/usr/bin/env node
// Leads requests of the built-in poll client up to a step of a CIBA journey.
//
//   ciba.mjs PORT STEP COUNT DIRECTORY
//
// There is then a snapshot of the step's name (request, issue, complete, token) before it; STEP.0 and
// STEP.1 in the directory have one body a line for the calls of it, COUNT in all (of a request: one),
// and STEP.reply has what such a call is answered.

import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';

const [port, wanted, count, directory] = process.argv.slice(2);
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

/** The replies of a step to all bodies, a few at a time. */
async function all(step, bodies) {
  const replies = [];
  let next = 0;
  await Promise.all(Array.from({ length: 32 }, async () => {
    while (next < bodies.length) {
      const i = next++;
      replies[i] = JSON.parse(await call('POST', `${SERVICE}${STEPS[step]}`, bodies[i]));
    }
  }));
  return replies;
}

/** What STEP is called with, when all steps before it are done. */
async function bodiesOf(step) {
  const request = JSON.stringify({
    ...credentials, parameters: form({ scope: 'openid read', login_hint: 'john', binding_message: 'W4SCT' }),
  });
  if (step === 'request') return [request];
  const opened = await all('request', Array(Number(count)).fill(request));
  const issue = opened.map(({ ticket }) => JSON.stringify({ ticket }));
  if (step === 'issue') return issue;
  const issued = await all('issue', issue);
  const complete = opened.map(({ ticket }) => JSON.stringify({ ticket, result: 'AUTHORIZED', subject: 'john' }));
  if (step === 'complete') return complete;
  await all('complete', complete);
  return issued.map(({ authReqId }) => JSON.stringify({
    ...credentials, parameters: form({ grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: authReqId }),
  }));
}

await call('POST', '/__admin/reset');
const bodies = await bodiesOf(wanted);
await call('PUT', `/__admin/snapshots/${wanted}`);
const half = Math.ceil(bodies.length / 2);
for (const part of [0, 1]) {
  const lines = bodies.length === 1 ? bodies : bodies.slice(part * half, (part + 1) * half);
  writeFileSync(join(directory, `${wanted}.${part}`), `${lines.join('\n')}\n`);
}
writeFileSync(join(directory, `${wanted}.reply`), await call('POST', `${SERVICE}${STEPS[wanted]}`, bodies[0]));
agent.destroy();
