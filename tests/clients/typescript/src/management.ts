// Services and clients from their making to their end.

import assert from 'node:assert/strict';
import { ORGANIZATION_TOKEN, SERVICE, type Check } from './mock.js';

export const checks: Record<string, Check> = {
  async 'service-life'(silo) {
    const { service } = silo.authlete({ bearer: ORGANIZATION_TOKEN });
    const made = await service.create({
      serviceName: 'Shop=<1>', issuer: 'https://shop.example.com', supportedGrantTypes: ['CIBA', 'REFRESH_TOKEN'],
      supportedScopes: [{ name: 'buy', description: 'Buy & sell.', defaultEntry: true }],
    });
    const serviceId = String(made.apiKey);
    assert.match(serviceId, /^[1-9]\d+$/);
    assert.notEqual(serviceId, SERVICE);

    const got = await service.get({ serviceId });
    assert.equal(got.serviceName, 'Shop=<1>');
    assert.equal(got.issuer, 'https://shop.example.com');
    assert.deepEqual(got.supportedGrantTypes, ['CIBA', 'REFRESH_TOKEN']);
    assert.equal(got.supportedScopes?.[0]?.description, 'Buy & sell.');

    const changed = await service.update({ serviceId, service: { ...got, serviceName: 'Shop 2', accessTokenDuration: 77 } });
    assert.equal(changed.serviceName, 'Shop 2');
    const again = await service.get({ serviceId });
    assert.equal(again.accessTokenDuration, 77);
    assert.equal(again.issuer, 'https://shop.example.com');

    const list = await service.list();
    assert.equal(list.totalCount, 2);
    assert.ok(list.services?.some(({ apiKey }) => String(apiKey) === serviceId));
    assert.equal((await service.list({ start: 0, end: 1 })).services?.length, 1);

    await service.delete({ serviceId });
    assert.equal((await service.list()).totalCount, 1);
  },

  /** The SDK's type of the discovery document has no members: that it comes at all is what its users see. */
  async 'service-documents'(silo) {
    const authlete = silo.authlete();
    assert.ok(await authlete.service.getConfiguration({ serviceId: SERVICE }));
    const { keys } = await authlete.jwkSetEndpoint.serviceJwksGetApi({ serviceId: SERVICE });
    assert.deepEqual(keys?.map(({ kid }) => kid), ['mock-es256', 'mock-rs256']);
  },

  async 'client-life'(silo) {
    const { client } = silo.authlete();
    const made = await client.create({
      serviceId: SERVICE,
      client: {
        clientName: 'App=<1>', developer: 'dev & co', clientType: 'CONFIDENTIAL', tokenAuthMethod: 'CLIENT_SECRET_BASIC',
        grantTypes: ['AUTHORIZATION_CODE'], redirectUris: ['https://client.example.com/cb?a=b'],
      },
    });
    const of = { serviceId: SERVICE, clientId: String(made.clientId) };
    assert.ok(made.clientSecret);

    const got = await client.get(of);
    assert.equal(got.clientName, 'App=<1>');
    assert.equal(got.clientType, 'CONFIDENTIAL');
    assert.deepEqual(got.redirectUris, ['https://client.example.com/cb?a=b']);
    assert.equal(got.clientSecret, made.clientSecret);

    const changed = await client.update({ ...of, client: { ...got, clientName: 'App 2', description: "It's new." } });
    assert.equal(changed.clientName, 'App 2');
    const again = await client.get(of);
    assert.equal(again.description, "It's new.");
    assert.equal(again.developer, 'dev & co');
    assert.equal(again.clientSecret, made.clientSecret);

    const list = await client.list({ serviceId: SERVICE, developer: 'dev & co' });
    assert.equal(list.totalCount, 1);
    assert.equal(list.clients?.[0]?.clientId, made.clientId);
    const part = await client.list({ serviceId: SERVICE, start: 0, end: 3 });
    assert.equal(part.totalCount, 10);
    assert.equal(part.clients?.length, 3);

    await client.management.updateLockFlag({
      serviceId: SERVICE, clientIdentifier: of.clientId, clientFlagUpdateRequest: { clientLocked: true },
    });
    assert.equal((await client.get(of)).locked, true);
    await client.delete(of);
    await assert.rejects(client.get(of), { statusCode: 404 });
  },

  async 'client-secret'(silo) {
    const { client } = silo.authlete();
    const of = { serviceId: SERVICE, clientIdentifier: 'mock-web' };
    const refreshed = await client.management.refreshSecret(of);
    assert.equal(refreshed.oldClientSecret, 'mock-client-secret-web');
    assert.ok(refreshed.newClientSecret && refreshed.newClientSecret !== refreshed.oldClientSecret);

    const clientSecret = 'A-Secret_of-My_Own-2884';
    const set = await client.management.updateSecret({ ...of, clientSecretUpdateRequest: { clientSecret } });
    assert.equal(set.oldClientSecret, refreshed.newClientSecret);
    assert.equal(set.newClientSecret, clientSecret);
    assert.equal((await client.get({ serviceId: SERVICE, clientId: '2884100001' })).clientSecret, clientSecret);
  },
};
