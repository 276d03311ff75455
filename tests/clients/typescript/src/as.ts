// A small authorization server, as somebody would write it who has Authlete behind it: it decides by
// `action` alone, sends `responseContent` on, and makes every call through the official SDK.
//
//   const as = await startAs({ serverURL, bearer: TOKEN, serviceId: SERVICE, users });
//   …                                        // a client talks to as.url
//   await as.decide(authReqId, 'AUTHORIZED'); // the user has answered on the device
//
// users: { john: { userCode: '1234' } }. as.replies holds what Authlete sent.

import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Authlete } from '@authlete/typescript-sdk';
import { HTTPClient } from '@authlete/typescript-sdk/lib/http.js';
import type {
  BackchannelAuthenticationCompleteRequestResult as Result,
  BackchannelAuthenticationCompleteResponse,
  BackchannelAuthenticationFailRequestReason as Reason,
} from '@authlete/typescript-sdk/models';

export interface User { userCode: string }
export interface Options { serverURL: string; bearer: string; serviceId: string; users: Record<string, User> }
export interface Reply { path: string; status: number; text: string }
export interface Decided { answer: BackchannelAuthenticationCompleteResponse; notified?: number }
interface Sent { status: number; content?: string | undefined }

/** What each action wants the server to send. */
const STATUS: Record<string, number> = {
  OK: 200, BAD_REQUEST: 400, INVALID_REQUEST: 400, UNAUTHORIZED: 401, INVALID_CLIENT: 401, FORBIDDEN: 403,
  INVALID_TICKET: 500, INTERNAL_SERVER_ERROR: 500,
};

function send({ action, responseContent: content }: { action?: string | undefined; responseContent?: string | undefined }): Sent {
  const status = STATUS[action ?? ''];
  if (status === undefined) throw new Error(`nothing to send for ${action}`);
  return { status, content };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The client's credentials where it sent them in the header: what Authlete calls the Basic channel. */
function basicCredentials({ headers: { authorization } }: IncomingMessage): { clientId?: string; clientSecret?: string } {
  const encoded = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1];
  if (!encoded) return {};
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  return { clientId: decodeURIComponent(pair.slice(0, colon)), clientSecret: decodeURIComponent(pair.slice(colon + 1)) };
}

const bearerOf = ({ headers: { authorization } }: IncomingMessage): string =>
  /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';

/** A member that Authlete always sends with the action that was seen. */
function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`Authlete sent no ${name}`);
  return value;
}

export class AuthorizationServer {
  url = '';
  readonly authlete: Authlete;
  readonly replies: Reply[] = [];
  /** What the users have still to decide, by auth_req_id. */
  readonly pending = new Map<string, { ticket: string; subject: string }>();
  readonly server: http.Server;
  readonly #serviceId: string;
  readonly #users: Record<string, User>;
  readonly #routes: Record<string, (request: IncomingMessage) => Promise<Sent>> = {
    'POST /backchannel': (request) => this.#backchannel(request),
    'POST /token': (request) => this.#token(request),
    'POST /revoke': (request) => this.#revoke(request),
    'GET /resource': (request) => this.#resource(request),
    'GET /jwks': () => this.#jwks(),
    'GET /.well-known/openid-configuration': () => this.#configuration(),
  };

  constructor({ serverURL, bearer, serviceId, users }: Options) {
    this.#serviceId = serviceId;
    this.#users = users;
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

  #answer(request: IncomingMessage): Promise<Sent> {
    const { pathname } = new URL(request.url ?? '', this.url);
    const route = this.#routes[`${request.method} ${pathname}`];
    return route ? route(request) : Promise.resolve({ status: 404 });
  }

  async #backchannel(request: IncomingMessage): Promise<Sent> {
    const answer = await this.authlete.ciba.processAuthentication({
      serviceId: this.#serviceId,
      backchannelAuthenticationRequest: { parameters: await readBody(request), ...basicCredentials(request) },
    });
    if (answer.action !== 'USER_IDENTIFICATION') return send(answer);
    const ticket = given(answer.ticket, 'ticket');
    const subject = answer.hintType === 'LOGIN_HINT' ? given(answer.hint, 'hint') : '';
    const user = this.#users[subject];
    if (!user) return this.#fail(ticket, 'UNKNOWN_USER_ID');
    if (answer.userCodeRequired && answer.userCode !== user.userCode) return this.#fail(ticket, 'INVALID_USER_CODE');
    const issued = await this.authlete.ciba.issue({
      serviceId: this.#serviceId, backchannelAuthenticationIssueRequest: { ticket },
    });
    if (issued.action === 'OK') this.pending.set(given(issued.authReqId, 'authReqId'), { ticket, subject });
    return send(issued);
  }

  async #fail(ticket: string, reason: Reason): Promise<Sent> {
    return send(await this.authlete.ciba.fail({
      serviceId: this.#serviceId, backchannelAuthenticationFailRequest: { ticket, reason },
    }));
  }

  async #token(request: IncomingMessage): Promise<Sent> {
    return send(await this.authlete.token.process({
      serviceId: this.#serviceId, tokenRequest: { parameters: await readBody(request), ...basicCredentials(request) },
    }));
  }

  async #revoke(request: IncomingMessage): Promise<Sent> {
    return send(await this.authlete.revocation.process({
      serviceId: this.#serviceId, revocationRequest: { parameters: await readBody(request), ...basicCredentials(request) },
    }));
  }

  /** What an access token is good for. */
  async #resource(request: IncomingMessage): Promise<Sent> {
    const answer = await this.authlete.introspection.process({
      serviceId: this.#serviceId, introspectionRequest: { token: bearerOf(request), scopes: ['openid'] },
    });
    if (answer.action !== 'OK') return { ...send(answer), content: '{}' }; // its content is a header
    return { status: 200, content: JSON.stringify({ subject: answer.subject, scopes: answer.scopes }) };
  }

  async #jwks(): Promise<Sent> {
    const keys = await this.authlete.jwkSetEndpoint.serviceJwksGetApi({ serviceId: this.#serviceId });
    return { status: 200, content: JSON.stringify(keys) };
  }

  /** The SDK's type of this reply has no members: what came over the wire is the document. */
  async #configuration(): Promise<Sent> {
    await this.authlete.service.getConfiguration({ serviceId: this.#serviceId });
    return { status: 200, content: this.replies.at(-1)?.text };
  }

  /** The user has answered: tells Authlete, and notifies the client where that is wanted. */
  async decide(authReqId: string, result: Result, members: { errorDescription?: string } = {}): Promise<Decided> {
    const { ticket, subject } = given(this.pending.get(authReqId), authReqId);
    const answer = await this.authlete.ciba.complete({
      serviceId: this.#serviceId,
      backchannelAuthenticationCompleteRequest: { ticket, subject, result, ...members },
    });
    this.pending.delete(authReqId);
    if (answer.action !== 'NOTIFICATION') return { answer };
    const notified = await fetch(given(answer.clientNotificationEndpoint, 'clientNotificationEndpoint'), {
      method: 'POST', body: given(answer.responseContent, 'responseContent'),
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${answer.clientNotificationToken}` },
    });
    return { answer, notified: notified.status };
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => { this.server.close(resolve); });
  }
}

/** Starts one on a port of its own. */
export async function startAs(options: Options): Promise<AuthorizationServer> {
  const as = new AuthorizationServer(options);
  await new Promise<void>((resolve) => { as.server.listen(0, '127.0.0.1', resolve); });
  as.url = `http://127.0.0.1:${(as.server.address() as AddressInfo).port}`;
  return as;
}
