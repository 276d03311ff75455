// Calls on clients, and clients with a value in every member.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { SERVICE, TOKEN } from '../../lib/mock.mjs';
import { contracts } from '../../tools/contracts.mjs';

export const SECRET = /^[A-Za-z0-9_-]{86}$/;

/** One call of the service's: send(silo, 'GET', 'client/get/7'). service null: a 2.x path. */
export function send(silo, method, operation, json, { service = SERVICE, token = TOKEN, authorization } = {}) {
  return silo.call(method, `/api/${service === null ? '' : `${service}/`}${operation}`, {
    headers: {
      Authorization: authorization ?? `Bearer ${token}`,
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    body: json === undefined ? undefined : JSON.stringify(json),
  });
}

/** Makes a client and gives it whole. */
export async function create(silo, members = { clientName: 'a client' }, options = {}) {
  const reply = await send(silo, 'POST', 'client/create', members, options);
  assert.equal(reply.status, 201, reply.text);
  return reply.json;
}

export async function get(silo, identifier, options) {
  const reply = await send(silo, 'GET', `client/get/${encodeURIComponent(identifier)}`, undefined, options);
  assert.equal(reply.status, 200, reply.text);
  return reply.json;
}

export const update = (silo, identifier, members, options) =>
  send(silo, 'POST', `client/update/${encodeURIComponent(identifier)}`, members, options);

/** Sets members of the service. */
export async function setService(silo, members) {
  const reply = await send(silo, 'POST', 'service/update', members);
  assert.equal(reply.status, 200, reply.text);
}

const schema = contracts(fileURLToPath(new URL('../../../schema', import.meta.url)))
  .find(({ document }) => document.path === '/api/{serviceId}/client/create').part('request').resolve(() => {});

/** What the server alone decides; it is in replies, and ignored in requests. */
const isOurs = (place) => {
  let ours = false;
  place.resolve((part) => { ours ||= part.readOnly === true; });
  return ours;
};

/** The members that callers may set, from the contract. */
export const settable = Object.keys(schema.schema.properties).filter((name) => !isOurs(schema.at('properties', name)));
export const readOnly = Object.keys(schema.schema.properties).filter((name) => !settable.includes(name));

// where the type alone does not tell what is accepted
const SPECIAL = {
  redirectUris: ['https://client.example/cb', 'http://localhost:3000/cb?x=1', 'com.example.app:/cb'],
  requestUris: ['https://client.example/request#hash'],
  sectorIdentifierUri: 'https://sector.example/list.json',
  jwks: '{"keys": [{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}',
  tlsClientAuthSubjectDn: 'CN=client\\, one, O="Example, Inc"',
  tokenAuthMethod: 'PRIVATE_KEY_JWT',
  bcDeliveryMode: 'PUSH',
};

function value(place, name, round) {
  if (name in SPECIAL) return SPECIAL[name];
  const { schema: s, ...rest } = place.resolve(() => {});
  const at = Object.assign(Object.create(Object.getPrototypeOf(place)), { schema: s, ...rest });
  if (s.enum) return s.enum[(s.enum.length - 1 + round) % s.enum.length];
  switch (s.type) {
    case 'boolean': return true;
    case 'integer': return 1000 + round;
    case 'string': return /Ur[il]$|Endpoint|Location/.test(name) ? `https://client.example/${name}/${round}`
      : `${name} ${round} "ü€😀"`;
    case 'array': {
      if (/(names|descriptions|Ur[i]s)$/i.test(name) && at.at('items').resolve(() => {}).schema.type === 'object') {
        const text = (tag) => (/Uris$/.test(name) ? `https://client.example/${tag}` : `${name} ${tag} ü`);
        return [{ tag: 'ja', value: text('ja') }, { tag: 'en', value: text('en') }];
      }
      return [value(at.at('items'), `${name}0`, round), value(at.at('items'), `${name}1`, round + 1)];
    }
    default:
      return Object.fromEntries(Object.keys(s.properties).map((inner) => [inner, value(at.at('properties', inner), inner, round)]));
  }
}

/** A value for each member that callers may set. */
export function everything(round = 0) {
  return Object.fromEntries(settable.map((name) => [name, value(schema.at('properties', name), name, round)]));
}

/** What of a client its owner has set. */
export const own = (client) => Object.fromEntries(Object.entries(client).filter(([name]) => settable.includes(name)));
