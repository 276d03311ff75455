// A CIBA client's notification endpoint (CIBA Core 1.0 sections 9, 10.2 and 10.3): /ping learns that
// tokens can be fetched, /push gets the tokens themselves. Authlete sends neither, nor does the mock:
// the authorization server does.
//
//   const receiver = await startReceiver('the client_notification_token');
//   const { auth_req_id } = await receiver.next('/ping');

import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Path = '/ping' | '/push';
/** What is sent: the id, and of a push its tokens or its error. */
export type Notification = { auth_req_id: string } & Record<string, unknown>;

const isPath = (path: string | undefined): path is Path => path === '/ping' || path === '/push';

export class Receiver {
  url = '';
  readonly server: http.Server;
  readonly #queues: Record<Path, Notification[]> = { '/ping': [], '/push': [] };
  readonly #waiting: Record<Path, ((notification: Notification) => void)[]> = { '/ping': [], '/push': [] };

  constructor(token: string) {
    this.server = http.createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      response.writeHead(this.#receive(request, text, token)).end();
    });
  }

  /** The status to answer with: 204 for a notification of ours. A ping says nothing but the id. */
  #receive({ method, url, headers }: IncomingMessage, text: string, token: string): number {
    if (method !== 'POST' || !isPath(url)) return 404;
    if (headers.authorization !== `Bearer ${token}`) return 401;
    if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return 415;
    const notification = JSON.parse(text) as Notification;
    if (url === '/ping' && Object.keys(notification).some((name) => name !== 'auth_req_id')) return 400;
    const waiting = this.#waiting[url].shift();
    if (waiting) waiting(notification);
    else this.#queues[url].push(notification);
    return 204;
  }

  /** The next notification at that path, which may have come already. */
  next(path: Path): Promise<Notification> {
    const notification = this.#queues[path].shift();
    return notification ? Promise.resolve(notification) : new Promise((resolve) => { this.#waiting[path].push(resolve); });
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections();
    return new Promise((resolve) => { this.server.close(resolve); });
  }
}

/** Starts one on a port of its own; token is the client_notification_token of its requests. */
export async function startReceiver(token: string): Promise<Receiver> {
  const receiver = new Receiver(token);
  await new Promise<void>((resolve) => { receiver.server.listen(0, '127.0.0.1', resolve); });
  receiver.url = `http://127.0.0.1:${(receiver.server.address() as AddressInfo).port}`;
  return receiver;
}
