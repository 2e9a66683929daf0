import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** How to get into a server. */
export interface ServerPlace {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
}

export interface ServerAnswer {
  readonly status: number;
  /** What is no JSON, such as a 404 for a group that nobody knows, is a text. */
  readonly body: unknown;
}

export type Ask = (method: 'DELETE' | 'GET' | 'PATCH' | 'POST' | 'PUT', path: string, more?: AskMore) => Promise<ServerAnswer>;

interface AskMore {
  readonly body?: object;
  readonly accept?: string;
}

const TIMEOUT_MS = 60_000;
const MERGE = 'application/merge-patch+json';

/** One request, on a connection of its own; the place is read each time, since an authority may be replaced. */
export function createAsk(place: ServerPlace): Ask {
  return (method, path, { body, accept = 'application/json' } = {}) =>
    new Promise((resolve, reject) => {
      const request = place.url.startsWith('https:') ? requestHttps : requestHttp;
      const headers = { authorization: `Bearer ${place.token}`, accept, 'content-type': method === 'PATCH' ? MERGE : 'application/json' };
      const options = { method, headers, ca: place.ca, agent: false, timeout: TIMEOUT_MS };
      const sent = request(new URL(path, place.url), options, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: parsed(text) }));
        answer.on('error', reject);
      });
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path} was not answered in time`)));
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
