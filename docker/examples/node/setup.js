// For each test: a universe of its own in the mock (a silo), and an authorization server that lives in it.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { authorizationServer } from './authorization-server.js';

const { AUTHLETE_BASE_URL, AUTHLETE_SERVICE_ID, AUTHLETE_BEARER } = process.env;

const json = async (response) => {
  const text = await response.text();
  return text ? JSON.parse(text) : undefined;
};

export async function setUp(t) {
  const baseUrl = `${AUTHLETE_BASE_URL}/s/${randomUUID()}`;
  const server = authorizationServer({ baseUrl, serviceId: AUTHLETE_SERVICE_ID, accessToken: AUTHLETE_BEARER });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());

  return {
    decide: server.decide,

    /** What the client in poll mode sends to the authorization server, as a form. */
    async post(path, parameters) {
      const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa('2884100003:mock-client-secret-ciba-poll')}` },
        body: new URLSearchParams(parameters),
      });
      return { status: response.status, body: await json(response) };
    },

    /** A control call to the mock, in this test's silo. */
    async control(method, path, body) {
      return json(await fetch(`${baseUrl}/__admin${path}`, {
        method,
        headers: body && { 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
      }));
    },
  };
}
