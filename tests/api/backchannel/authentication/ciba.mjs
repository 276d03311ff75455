// Requests of CIBA clients, and services and clients to make them with.

import assert from 'node:assert/strict';

export const ISSUER = 'https://as.ciba.example';
export const BACKCHANNEL = 'backchannel/authentication';
export const ISSUE = 'backchannel/authentication/issue';
export const COMPLETE = 'backchannel/authentication/complete';

/** A key for signatures of the service and of clients (ES256). */
export const KEY = {
  kty: 'EC', use: 'sig', alg: 'ES256', kid: 'mock-es256', crv: 'P-256',
  x: '7WsNHpzqGaXNEvlAot8Dtyo9C8Zv6WOJlJr8Lk_yCoI', y: 'WfvqzmCJu-Cr8xDEUIgcf-fsEAkaQd3_A_CRvnTa8Us',
  d: 'Wjl48DQKBdnDiIAJsoqSllFF4YNPXA3vn_86xqz7IVI',
};

export const SERVICE = {
  issuer: ISSUER,
  supportedGrantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CIBA'],
  supportedScopes: [{ name: 'openid' }, { name: 'profile' }, { name: 'email' }, { name: 'read' }],
  supportedClaims: ['sub', 'name', 'email', 'email_verified'],
  supportedAcrs: ['urn:acr:1', 'urn:acr:2'],
  supportedBackchannelTokenDeliveryModes: ['POLL', 'PING', 'PUSH'],
  backchannelAuthReqIdDuration: 600,
  backchannelPollingInterval: 5,
  jwks: JSON.stringify({ keys: [KEY] }),
  idTokenSignatureKeyId: KEY.kid,
};

export const SECRET = 'a-secret-of-the-tests-with-32-bytes-and-more';
const client = (clientId, bcDeliveryMode) => ({
  clientId, clientName: `CIBA ${bcDeliveryMode}`, clientSecret: SECRET, clientType: 'CONFIDENTIAL',
  tokenAuthMethod: 'CLIENT_SECRET_BASIC', grantTypes: ['CIBA', 'REFRESH_TOKEN'], bcDeliveryMode,
  ...(bcDeliveryMode === 'POLL' ? {} : { bcNotificationEndpoint: 'https://client.example/ciba' }),
  idTokenSignAlg: 'ES256',
});
export const IDS = { POLL: 101, PING: 102, PUSH: 103 };
export const NOTIFICATION_TOKEN = 'a.notification-token_~+/=';

let services = 7000;

/** A service of its own with three clients, one for each mode. Members replace those above. */
export class Ciba {
  static async make(silo, { service = {}, clients = {} } = {}) {
    const ciba = new Ciba();
    ciba.silo = silo;
    ciba.id = ++services;
    ciba.token = `token-of-${ciba.id}`;
    const reply = await silo.admin('POST', '/services', {
      serviceId: ciba.id, accessToken: ciba.token,
      service: { ...SERVICE, ...service },
      clients: Object.entries(IDS).map(([mode, id]) => ({ ...client(id, mode), ...clients })),
    });
    assert.equal(reply.status, 201, reply.text);
    return ciba;
  }

  api(operation, body) {
    return this.silo.api(operation, body, { service: this.id, token: this.token });
  }

  /** A request of the client of that mode; members are parameters, undefined takes one away. */
  async send(mode, params = {}, members = {}) {
    const all = {
      scope: 'openid', login_hint: 'john',
      ...(mode === 'POLL' ? {} : { client_notification_token: NOTIFICATION_TOKEN }), ...params,
    };
    const form = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== undefined));
    return this.form(mode, form.toString(), members);
  }

  /** The same with a form as it is. */
  form(mode, parameters, members = {}) {
    return this.api(BACKCHANNEL, { parameters, clientId: String(IDS[mode]), clientSecret: SECRET, ...members });
  }

  /** A ticket, as backchannel/authentication gives it. */
  async open(mode = 'POLL', params = {}) {
    const reply = await this.send(mode, params);
    assert.equal(reply.json.resultCode, 'A179001', reply.text);
    return reply.json.ticket;
  }

  /** One that has its auth_req_id. */
  async issued(mode = 'POLL', params = {}) {
    const ticket = await this.open(mode, params);
    const { json } = await this.api(ISSUE, { ticket });
    assert.equal(json.resultCode, 'A183001', JSON.stringify(json));
    return { ticket, authReqId: json.authReqId };
  }

  complete(ticket, members = {}) {
    return this.api(COMPLETE, { ticket, result: 'AUTHORIZED', subject: 'john', ...members });
  }

  poll(authReqId, { client: id = IDS.POLL, secret = SECRET } = {}) {
    const parameters = new URLSearchParams({
      grant_type: 'urn:openid:params:grant-type:ciba', auth_req_id: authReqId,
    }).toString();
    return this.api('auth/token', { parameters, clientId: String(id), clientSecret: secret });
  }
}

/** A processed call: code, action, and what responseContent holds. */
export function assertAnswer(reply, code, action, content) {
  assert.equal(reply.status, 200, reply.text);
  assert.equal(reply.json.resultCode, code, reply.text);
  assert.equal(reply.json.action, action, reply.text);
  assert.ok(reply.json.resultMessage.startsWith(`[${code}] `), reply.text);
  if (content !== undefined) assert.deepEqual(JSON.parse(reply.json.responseContent), content);
}

/** A processed call that tells the client of an error. */
export function assertError(reply, code, action, error) {
  assertAnswer(reply, code, action);
  const content = JSON.parse(reply.json.responseContent);
  assert.equal(content.error, error, reply.text);
  assert.deepEqual(Object.keys(content), ['error', 'error_description', 'error_uri']);
  assert.ok(content.error_description.startsWith(`[${code}] `), reply.text);
  assert.equal(content.error_uri, `https://docs.authlete.com/#${code}`);
}
