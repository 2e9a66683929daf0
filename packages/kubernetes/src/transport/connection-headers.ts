import type { Credentials } from '../auth/credentials.js';

/** Each request says these itself, as it is sent: two of a kind would contradict each other. */
const OF_REQUESTS: ReadonlySet<string> = new Set([
  'host',
  'accept',
  'accept-encoding',
  'content-type',
  'content-length',
  'transfer-encoding',
]);

/**
 * The headers that all requests with the same credentials have: those of the credentials, and our name, unless they have one of their own
 * (spec N-01, AU-07). Names in lower case. Pure.
 */
export function connectionHeaders({ headers }: Credentials, userAgent: string): Credentials['headers'] {
  const own = Object.entries(headers).filter(([name]) => !OF_REQUESTS.has(name));
  return { 'user-agent': userAgent, ...Object.fromEntries(own) };
}
