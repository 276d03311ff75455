// Calls on services, and services with a value in every member.

import assert from 'node:assert/strict';
import { Document } from '../../lib/document.mjs';
import { ORGANIZATION_TOKEN, SERVICE, TOKEN } from '../../lib/mock.mjs';

/** Two bare services and what reaches them; each silo begins with it. */
export const SEED = ['--seed-json', JSON.stringify({
  organizationTokens: [ORGANIZATION_TOKEN],
  owner: { key: 'mock-owner-key', secret: 'mock-owner-secret' },
  services: [
    { serviceId: Number(SERVICE), apiSecret: 'mock-service-secret', accessTokens: [TOKEN] },
    { serviceId: 77, apiSecret: 'secret-of-77', accessTokens: ['token-of-77'] },
  ],
})];

export const basic = (key, secret) => `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
export const OWNER = basic('mock-owner-key', 'mock-owner-secret');
export const ORGANIZATION = `Bearer ${ORGANIZATION_TOKEN}`;

/** One call: send(silo, 'GET', '77/service/get'). An object is sent as JSON, a text as a form. */
export function send(silo, method, path, body, authorization = ORGANIZATION) {
  const form = typeof body === 'string';
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
  return silo.call(method, `/api/${path}`, {
    headers: { Authorization: authorization, ...(body === undefined ? {} : { 'Content-Type': type }) },
    body: body === undefined || form ? body : JSON.stringify(body),
  });
}

async function whole(status, call) {
  const reply = await call;
  assert.equal(reply.status, status, reply.text);
  return reply.json;
}

/** Makes a service and gives it whole. */
export const create = (silo, members = { serviceName: 'a' }) => whole(201, send(silo, 'POST', 'service/create', members));
export const get = (silo, id = SERVICE) => whole(200, send(silo, 'GET', `${id}/service/get`));
export const tryUpdate = (silo, members, id = SERVICE) => send(silo, 'POST', `${id}/service/update`, members);
export const update = (silo, members, id = SERVICE) => whole(200, tryUpdate(silo, members, id));

// where the type alone does not tell what is accepted
const KEYS = '{"keys": [{"kty":"EC","crv":"P-256","kid":"k","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",'
  + '"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}]}';
const SPECIAL = {
  jwks: KEYS, federationJwks: KEYS, credentialJwks: KEYS,
  accessTokenSignAlg: 'ES256',
  trustedRootCertificates: ['-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n', 'MAMCAQE='],
  credentialsSupported: '{"degree": {"format":"vc+sd-jwt"}}',
};

function value(document, given, name, round) {
  if (name in SPECIAL) return SPECIAL[name];
  const schema = document.resolve(given);
  if (schema.enum) return schema.enum[(schema.enum.length - 1 + round) % schema.enum.length];
  switch (schema.type) {
    case 'boolean': return schema['x-default'] !== true;
    case 'integer': return 1000 + round;
    case 'string': return /(Ur[il]|Endpoint|^issuer|^uri)$/.test(name) ? `https://as.example/${name}/${round}`
      : /^(tag|key|name)$/.test(name) ? `${name}-${round}` : `${name} ${round} "ü€😀"`;
    case 'array': {
      const both = [round, round + 1].map((i) => value(document, schema.items, '', i));
      return JSON.stringify(both[0]) === JSON.stringify(both[1]) ? [both[0]] : both;
    }
    default:
      return Object.fromEntries(Object.entries(schema.properties)
        .map(([inner, member]) => [inner, value(document, member, inner, round)]));
  }
}

/** What the served document says of the object Service. */
export class Members {
  static async of(mock) {
    const document = new Document((await mock.admin('GET', '/openapi.json')).json);
    const update = document.operations().find(({ path }) => path === '/api/{serviceId}/service/update');
    const { properties } = document.request(update);
    const members = new Members();
    members.names = Object.keys(properties);
    members.readOnly = members.names.filter((name) => document.resolve(properties[name]).readOnly);
    members.settable = members.names.filter((name) => !members.readOnly.includes(name));
    members.defaults = Object.fromEntries(members.settable.map((name) => [name, document.resolve(properties[name])['x-default']])
      .filter(([, fallback]) => fallback !== undefined));
    members.typed = (type) => members.settable.filter((name) => document.resolve(properties[name]).type === type);
    members.itemType = (name) => document.resolve(document.resolve(properties[name]).items).type;
    members.values = (round) => Object.fromEntries(members.settable
      .map((name) => [name, value(document, properties[name], name, round)]));
    return members;
  }

  /** What of a service its owner has set, or could have. */
  own(service) {
    return Object.fromEntries(Object.entries(service).filter(([name]) => this.settable.includes(name)));
  }
}
