import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { SignJWT } from 'jose';
import {
  JWT_CLIENT, POOR, SPA, WEB, assertResult, create, exists, form, jwt, startTokens,
} from '../../lib/tokens.mjs';

const mock = await startTokens();
after(() => mock.stop());
const silo = mock.silo();

const web = { clientId: String(WEB), clientSecret: 'secret-of-web' };
const revoke = (parameters, members = web, at = silo) =>
  at.api('auth/revocation', { parameters: typeof parameters === 'string' ? parameters : form(parameters), ...members });

describe('auth/revocation', () => {
  it('A113001 runtime-95 a token nobody issued; runtime-96 either token kills both', async () => {
    assertResult(await revoke({ token: 'nothing' }), 'OK', 'A113001');
    for (const [which, hint] of [['accessToken'], ['refreshToken'], ['accessToken', 'refresh_token'], ['refreshToken', 'refresh_token']]) {
      const made = await create(silo);
      const reply = await revoke({ token: made[which], ...(hint && { token_type_hint: hint }) });
      assertResult(reply, 'OK', 'A113001');
      assert.equal(reply.json.responseContent, undefined);
      assert.equal(await exists(silo, made.accessToken), false);
      const standard = await silo.api('auth/introspection/standard', { parameters: `token=${made.refreshToken}` });
      assert.equal(standard.json.responseContent, '{"active":false}');
    }
  });

  it('runtime-117 a JWT; a callback', async () => {
    const { accessToken } = await create(silo);
    const reply = await revoke({ token: jwt({ jti: accessToken }), callback: 'a.b' });
    assert.equal(reply.json.responseContent, 'a.b();');
    assert.equal(await exists(silo, accessToken), false);
    assert.equal((await revoke({ token: 'x', callback: 'alert(1)//' })).json.responseContent, undefined);
  });

  it('A113201, A113202, A113301 the request', async () => {
    assertResult(await silo.api('auth/revocation', { clientId: 'x' }), 'INTERNAL_SERVER_ERROR', 'A113201', 'server_error');
    assertResult(await revoke('token=%zz'), 'INTERNAL_SERVER_ERROR', 'A113202', 'server_error');
    assertResult(await revoke(''), 'BAD_REQUEST', 'A113301', 'invalid_request');
  });

  it('A115301, A115302, A115303 the token', async () => {
    for (const [code, parameters] of [['A115301', 'a=b'], ['A115302', 'token='], ['A115303', 'token=a&token=b']]) {
      assertResult(await revoke(parameters), 'BAD_REQUEST', code, 'invalid_request');
    }
  });

  it('A116301 runtime-98 another client\'s token survives', async () => {
    const { accessToken } = await create(silo, { clientId: SPA });
    assertResult(await revoke({ token: accessToken }), 'BAD_REQUEST', 'A116301', 'invalid_request');
    assert.equal(await exists(silo, accessToken), true);
  });

  it('A116302 runtime-97 A114301 A116304 nobody says who the client is', async () => {
    const own = mock.silo();
    const { accessToken } = await create(own);
    const open = await create(own, { clientId: SPA });
    const locked = await create(own, { clientId: SPA });
    assertResult(await revoke({ token: accessToken }, {}, own), 'INVALID_CLIENT', 'A116302', 'invalid_client');
    assertResult(await revoke({ token: 'nothing' }, {}, own), 'INVALID_CLIENT', 'A114301', 'invalid_client');
    assertResult(await revoke({ token: open.accessToken }, {}, own), 'OK', 'A113001');
    assert.equal(await exists(own, open.accessToken), false);
    await own.api(`client/lock_flag/update/${SPA}`, { clientLocked: true });
    assertResult(await revoke({ token: locked.accessToken }, {}, own), 'INVALID_CLIENT', 'A116304', 'invalid_client');
    assertResult(await revoke({ token: 'x', client_id: SPA }, {}, own), 'INVALID_CLIENT', 'A114307', 'invalid_client');
  });

  for (const [code, parameters, members] of [
    ['A114302', 'token=x&client_id=', {}], ['A114303', 'token=x&client_id=1&client_id=1', {}],
    ['A114304', 'token=x&client_id=9', {}], ['A114314', 'token=x&client_id=nobody', {}],
    ['A114312', `token=x&client_id=${SPA}`, web], ['A157304', `token=x&client_id=${WEB}`, {}],
    ['A157305', 'token=x', { ...web, clientSecret: 'wrong' }], ['A157357', `token=x&client_id=${WEB}&client_secret=secret-of-web`, {}],
    ['A157303', `token=x&client_id=${SPA}&client_secret=s`, {}],
  ]) {
    it(`${code} client identification and authentication: ${parameters}`, async () => {
      assertResult(await revoke(parameters, members), 'INVALID_CLIENT', code, 'invalid_client');
    });
  }

  it('A114315 by its alias where the service has none', async () => {
    const reply = await silo.api('auth/revocation', { parameters: 'token=x', clientId: 'other', clientSecret: 'secret-of-web' }, POOR);
    assertResult(reply, 'INVALID_CLIENT', 'A114315', 'invalid_client');
  });

  it('a client that signs its assertion', async () => {
    const { accessToken } = await create(silo, { clientId: JWT_CLIENT });
    const assertion = (aud) => new SignJWT({ jti: 'j' }).setProtectedHeader({ alg: 'HS256' }).setIssuer(String(JWT_CLIENT))
      .setSubject(String(JWT_CLIENT)).setAudience(aud).setExpirationTime('1m')
      .sign(Buffer.from('a-secret-of-at-least-thirty-two-bytes'));
    const parameters = async (aud) => ({
      token: accessToken, client_assertion: await assertion(aud),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    assertResult(await revoke(await parameters('https://other.example.com'), {}), 'INVALID_CLIENT', 'A157318', 'invalid_client');
    assertResult(await revoke(await parameters('https://as.example.com/revoke'), {}), 'OK', 'A113001');
    assert.equal(await exists(silo, accessToken), false);
  });
});
