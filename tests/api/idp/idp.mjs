// Calls of the identity provider, as Terraform, authlete-mcp and the console make them.
import assert from 'node:assert/strict';
import { ORGANIZATION_TOKEN } from '../../lib/mock.mjs';

export const IDS = { apiServerId: 53285, organizationId: 143361107080408 };

/** POSTs to /api/{operation} with the token of the organization, or another. */
export function idp(silo, operation, json, token = ORGANIZATION_TOKEN) {
  return silo.call('POST', `/api/${operation}`, {
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: typeof json === 'string' ? json : JSON.stringify(json),
  });
}

/** The same, and it succeeds: the reply's JSON. */
export async function done(silo, operation, json, status = 200) {
  const reply = await idp(silo, operation, json);
  assert.equal(reply.status, status, reply.text);
  if (status === 204) assert.equal(reply.text, '');
  return reply.json;
}

export function getService(silo, id, token = ORGANIZATION_TOKEN) {
  return silo.call('GET', `/api/${id}/service/get`, { headers: { Authorization: `Bearer ${token}` } });
}

export function listServices(silo) {
  return silo.call('GET', '/api/service/get/list?end=100', { headers: { Authorization: `Bearer ${ORGANIZATION_TOKEN}` } });
}
