// A small authorization server, as somebody would write it who has Authlete behind it: it decides by
// `action` alone, sends `responseContent` on, and makes every call through the official SDK.
//
//   const as = await startAs({ serverURL: silo.url, bearer: TOKEN, serviceId: SERVICE, users });
//   …                                        // a client talks to as.url
//   await as.decide(authReqId, 'AUTHORIZED'); // the user has answered on the device
//
// users: { john: { userCode: '1234' } }. as.replies holds what Authlete sent: { path, status, text }.

import http from 'node:http';
import { Authlete } from '@authlete/typescript-sdk';
import { HTTPClient } from '@authlete/typescript-sdk/lib/http.js';

/** What each action wants the server to send. */
const STATUS = {
  OK: 200, BAD_REQUEST: 400, INVALID_REQUEST: 400, UNAUTHORIZED: 401, INVALID_CLIENT: 401, FORBIDDEN: 403,
  INVALID_TICKET: 500, INTERNAL_SERVER_ERROR: 500,
};

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The client's credentials where it sent them in the header: what Authlete calls the Basic channel. */
function basicCredentials({ headers: { authorization } }) {
  const match = /^Basic (\S+)$/i.exec(authorization ?? '');
  if (!match) return {};
  const pair = Buffer.from(match[1], 'base64').toString();
  const colon = pair.indexOf(':');
  return { clientId: decodeURIComponent(pair.slice(0, colon)), clientSecret: decodeURIComponent(pair.slice(colon + 1)) };
}

const bearerOf = ({ headers: { authorization } }) => /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];

class AuthorizationServer {
  replies = [];
  pending = new Map(); // by auth_req_id: { ticket, subject }
  #routes = {
    'POST /backchannel': (request) => this.#backchannel(request),
    'POST /token': (request) => this.#token(request),
    'POST /revoke': (request) => this.#revoke(request),
    'GET /resource': (request) => this.#resource(request),
    'GET /jwks': () => this.#jwks(),
    'GET /.well-known/openid-configuration': () => this.#configuration(),
  };

  constructor({ serverURL, bearer, serviceId, users }) {
    Object.assign(this, { serviceId, users });
    const httpClient = new HTTPClient();
    httpClient.addHook('response', async (response, request) => {
      const text = await response.clone().text();
      this.replies.push({ path: new URL(request.url).pathname, status: response.status, text });
    });
    this.authlete = new Authlete({ serverURL, bearer, httpClient });
    this.server = http.createServer((request, response) => {
      this.#answer(request).then(({ status, content = '' }) => {
        response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(content);
      }, (error) => response.writeHead(500, { 'Content-Type': 'text/plain' }).end(String(error)));
    });
  }

  #answer(request) {
    const { pathname } = new URL(request.url, this.url);
    return (this.#routes[`${request.method} ${pathname}`] ?? (async () => ({ status: 404 })))(request);
  }

  async #backchannel(request) {
    const answer = await this.authlete.ciba.processAuthentication({
      serviceId: this.serviceId,
      backchannelAuthenticationRequest: { parameters: await readBody(request), ...basicCredentials(request) },
    });
    if (answer.action !== 'USER_IDENTIFICATION') return { status: STATUS[answer.action], content: answer.responseContent };
    const user = answer.hintType === 'LOGIN_HINT' ? this.users[answer.hint] : undefined;
    if (!user) return this.#fail(answer.ticket, 'UNKNOWN_USER_ID');
    if (answer.userCodeRequired && answer.userCode !== user.userCode) return this.#fail(answer.ticket, 'INVALID_USER_CODE');
    const issued = await this.authlete.ciba.issue({
      serviceId: this.serviceId, backchannelAuthenticationIssueRequest: { ticket: answer.ticket },
    });
    if (issued.action === 'OK') this.pending.set(issued.authReqId, { ticket: answer.ticket, subject: answer.hint });
    return { status: STATUS[issued.action], content: issued.responseContent };
  }

  async #fail(ticket, reason) {
    const answer = await this.authlete.ciba.fail({
      serviceId: this.serviceId, backchannelAuthenticationFailRequest: { ticket, reason },
    });
    return { status: STATUS[answer.action], content: answer.responseContent };
  }

  async #token(request) {
    const answer = await this.authlete.token.process({
      serviceId: this.serviceId, tokenRequest: { parameters: await readBody(request), ...basicCredentials(request) },
    });
    return { status: STATUS[answer.action], content: answer.responseContent };
  }

  async #revoke(request) {
    const answer = await this.authlete.revocation.process({
      serviceId: this.serviceId, revocationRequest: { parameters: await readBody(request), ...basicCredentials(request) },
    });
    return { status: STATUS[answer.action], content: answer.responseContent };
  }

  /** What an access token is good for. */
  async #resource(request) {
    const answer = await this.authlete.introspection.process({
      serviceId: this.serviceId, introspectionRequest: { token: bearerOf(request), scopes: ['openid'] },
    });
    if (answer.action !== 'OK') return { status: STATUS[answer.action], content: '{}' };
    return { status: 200, content: JSON.stringify({ subject: answer.subject, scopes: answer.scopes }) };
  }

  async #jwks() {
    const keys = await this.authlete.jwkSetEndpoint.serviceJwksGetApi({ serviceId: this.serviceId });
    return { status: 200, content: JSON.stringify(keys) };
  }

  /** The SDK's type of this reply has no members: what came over the wire is the document. */
  async #configuration() {
    await this.authlete.service.getConfiguration({ serviceId: this.serviceId });
    return { status: 200, content: this.replies.at(-1).text };
  }

  /** The user has answered: tells Authlete, and notifies the client where that is wanted. */
  async decide(authReqId, result, members = {}) {
    const { ticket, subject } = this.pending.get(authReqId);
    const answer = await this.authlete.ciba.complete({
      serviceId: this.serviceId,
      backchannelAuthenticationCompleteRequest: { ticket, subject, result, ...members },
    });
    this.pending.delete(authReqId);
    if (answer.action !== 'NOTIFICATION') return { answer };
    const notified = await fetch(answer.clientNotificationEndpoint, {
      method: 'POST', body: answer.responseContent,
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${answer.clientNotificationToken}` },
    });
    return { answer, notified: notified.status };
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => { this.server.close(resolve); });
  }
}

/** Starts one on a port of its own. */
export async function startAs(options) {
  const as = new AuthorizationServer(options);
  await new Promise((resolve) => { as.server.listen(0, '127.0.0.1', resolve); });
  as.server.unref();
  as.url = `http://127.0.0.1:${as.server.address().port}`;
  return as;
}
