// An authorization server for CIBA, as small as one can be: Authlete decides, this passes it on.

import http from 'node:http';
import { Authlete } from '@authlete/typescript-sdk';

const USERS = new Set(['john', 'jane']);

/** The HTTP status that each action of Authlete stands for. */
const STATUS = {
  OK: 200, BAD_REQUEST: 400, INVALID_REQUEST: 400, UNAUTHORIZED: 401, INVALID_CLIENT: 401, FORBIDDEN: 403,
};
const reply = (answer) => ({ status: STATUS[answer.action] ?? 500, body: answer.responseContent });

/** The client's id and secret from its Authorization header. */
function credentials(authorization = '') {
  const [clientId, clientSecret] = Buffer.from(authorization.replace(/^Basic /i, ''), 'base64').toString().split(':');
  return clientSecret === undefined ? {} : { clientId, clientSecret };
}

/**
 * The server, not listening yet. Its decide(authReqId, result) is for when the user has answered:
 * "AUTHORIZED" or "ACCESS_DENIED".
 */
export function authorizationServer({ baseUrl, serviceId, accessToken }) {
  const authlete = new Authlete({ serverURL: baseUrl, bearer: accessToken });
  const waiting = new Map(); // auth_req_id: { ticket, subject }

  const fail = (ticket, reason) => authlete.ciba.fail({
    serviceId, backchannelAuthenticationFailRequest: { ticket, reason },
  });

  async function backchannel(request) {
    const { action, ticket, hint, ...answer } = await authlete.ciba.processAuthentication({
      serviceId, backchannelAuthenticationRequest: request,
    });
    if (action !== 'USER_IDENTIFICATION') return reply({ action, ...answer });
    if (!USERS.has(hint)) return reply(await fail(ticket, 'UNKNOWN_USER_ID'));
    const issued = await authlete.ciba.issue({ serviceId, backchannelAuthenticationIssueRequest: { ticket } });
    if (issued.action === 'OK') waiting.set(issued.authReqId, { ticket, subject: hint });
    return reply(issued);
  }

  const token = async (request) => reply(await authlete.token.process({ serviceId, tokenRequest: request }));

  const jwks = async () => ({
    status: 200, body: JSON.stringify(await authlete.jwkSetEndpoint.serviceJwksGetApi({ serviceId })),
  });

  const routes = { 'POST /backchannel': backchannel, 'POST /token': token, 'GET /jwks': jwks };

  const server = http.createServer(async (request, response) => {
    let parameters = '';
    for await (const chunk of request.setEncoding('utf8')) parameters += chunk;
    try {
      const route = routes[`${request.method} ${request.url}`] ?? (() => ({ status: 404 }));
      const { status, body } = await route({ parameters, ...credentials(request.headers.authorization) });
      response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(body);
    } catch (error) {
      console.error(error);
      response.writeHead(500).end();
    }
  });

  server.decide = (authReqId, result) => authlete.ciba.complete({
    serviceId, backchannelAuthenticationCompleteRequest: { ...waiting.get(authReqId), result },
  });
  return server;
}
