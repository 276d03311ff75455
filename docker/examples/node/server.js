// Starts the authorization server. Where Authlete is, and who we are there, comes from the environment.

import { authorizationServer } from './authorization-server.js';

const { AUTHLETE_BASE_URL, AUTHLETE_SERVICE_ID, AUTHLETE_BEARER, PORT = '3000' } = process.env;

const server = authorizationServer({
  baseUrl: AUTHLETE_BASE_URL, serviceId: AUTHLETE_SERVICE_ID, accessToken: AUTHLETE_BEARER,
});
server.listen(Number(PORT), () => console.log(`listening on ${server.address().port}`));

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit()); // also as PID 1
