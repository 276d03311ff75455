// The SDK as its users set it up: a base URL and a token, nothing else. Each check has a silo of its
// own behind it. Beside that the control calls that a check needs.

import { Authlete } from '@authlete/typescript-sdk';
import type { SDKOptions } from '@authlete/typescript-sdk/lib/config.js';

export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

export const SERVICE = variable('AUTHLETE_SERVICE_ID');
export const TOKEN = variable('AUTHLETE_BEARER');
export const ORGANIZATION_TOKEN = variable('AUTHLETE_SERVICEOWNER_ACCESSTOKEN');

export class Silo {
  readonly url: string;

  constructor(name: string) {
    this.url = `${variable('AUTHLETE_BASE_URL')}/s/typescript-${name}`;
  }

  authlete(options: Partial<SDKOptions> = {}): Authlete {
    return new Authlete({ serverURL: this.url, bearer: TOKEN, ...options });
  }

  /** Is this ticket of the built-in service there? */
  async hasTicket(ticket: string): Promise<boolean> {
    const reply = await fetch(`${this.url}/__admin/services/${SERVICE}/tickets/${ticket}`);
    return reply.status === 200;
  }

  /** The clock forward by so many seconds. */
  async advance(seconds: number): Promise<void> {
    const reply = await fetch(`${this.url}/__admin/clock/advance`, {
      method: 'POST', body: JSON.stringify({ seconds }), headers: { 'Content-Type': 'application/json' },
    });
    if (reply.status !== 200) throw new Error(await reply.text());
  }
}

/** A check returns when all is as it should be, and throws otherwise. */
export type Check = (silo: Silo) => Promise<void>;
