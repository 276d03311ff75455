// A CIBA client's notification endpoint (CIBA Core 1.0 sections 9, 10.2 and 10.3): /ping learns that
// tokens can be fetched, /push gets the tokens themselves. Authlete sends neither, nor does the mock:
// the authorization server does.
//
//   const receiver = await startReceiver('the client_notification_token');
//   const { auth_req_id } = await receiver.next('/ping');

import http from 'node:http';

const MEMBERS = { '/ping': ['auth_req_id'], '/push': null }; // a ping says nothing else

class Receiver {
  #queues = { '/ping': [], '/push': [] };
  #waiting = { '/ping': [], '/push': [] };

  constructor(token) {
    this.server = http.createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      response.writeHead(this.#receive(request, text, token)).end();
    });
  }

  /** The status to answer with: 204 for a notification of ours. */
  #receive({ method, url, headers }, text, token) {
    if (method !== 'POST' || !(url in MEMBERS)) return 404;
    if (headers.authorization !== `Bearer ${token}`) return 401;
    if (!/^application\/json\b/.test(headers['content-type'])) return 415;
    const notification = JSON.parse(text);
    const allowed = MEMBERS[url];
    if (allowed && Object.keys(notification).some((name) => !allowed.includes(name))) return 400;
    const waiting = this.#waiting[url].shift();
    if (waiting) waiting(notification);
    else this.#queues[url].push(notification);
    return 204;
  }

  /** The next notification at that path, which may have come already. */
  next(path) {
    const notification = this.#queues[path].shift();
    return notification ? Promise.resolve(notification) : new Promise((resolve) => { this.#waiting[path].push(resolve); });
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => { this.server.close(resolve); });
  }
}

/** Starts one on a port of its own; token is the client_notification_token of its requests. */
export async function startReceiver(token) {
  const receiver = new Receiver(token);
  await new Promise((resolve) => { receiver.server.listen(0, '127.0.0.1', resolve); });
  receiver.server.unref();
  receiver.url = `http://127.0.0.1:${receiver.server.address().port}`;
  return receiver;
}
