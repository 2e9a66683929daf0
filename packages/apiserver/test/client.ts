import { jsonTextOf } from '../src/exact-numbers.js';
import type { FrontEnd, JsonObject, JsonValue } from '@kopfts/apiserver';

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly body: JsonObject;
}

export interface CallOptions {
  readonly body?: JsonValue;
  readonly text?: string;
  readonly headers?: Record<string, string>;
}

/** A request in process, with its whole answer. */
export async function call(server: Pick<FrontEnd, 'handle'>, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const body = options.text ?? (options.body === undefined ? undefined : jsonTextOf(options.body));
  const answer = await server.handle({ method, path, headers: { 'content-type': 'application/json', ...options.headers }, body });
  const parts: Uint8Array[] = [];
  for await (const chunk of answer.chunks) parts.push(chunk);
  const text = Buffer.concat(parts).toString('utf8');
  const isJson = (answer.headers['content-type'] ?? '').startsWith('application/json');
  return { status: answer.status, headers: answer.headers, text, body: isJson && text !== '' ? (JSON.parse(text) as JsonObject) : {} };
}

export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

export function configMap(name: string, data: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** The events of a watch, read one by one. */
export class Events {
  readonly #lines: AsyncIterator<Uint8Array>;
  readonly #abort = new AbortController();

  private constructor(lines: AsyncIterator<Uint8Array>, abort: AbortController) {
    this.#lines = lines;
    this.#abort = abort;
  }

  static async open(server: Pick<FrontEnd, 'handle'>, path: string): Promise<Events> {
    const abort = new AbortController();
    const answer = await server.handle({ method: 'GET', path, signal: abort.signal });
    return new Events(answer.chunks[Symbol.asyncIterator](), abort);
  }

  /** Undefined at the end of the stream. */
  async next(): Promise<JsonObject | undefined> {
    const { value, done } = await this.#lines.next();
    return done === true ? undefined : (JSON.parse(Buffer.from(value).toString('utf8')) as JsonObject);
  }

  async take(count: number): Promise<readonly JsonObject[]> {
    const events: JsonObject[] = [];
    while (events.length < count) {
      const event = await this.next();
      if (event === undefined) break;
      events.push(event);
    }
    return events;
  }

  /** Everything until the end. */
  rest(): Promise<readonly JsonObject[]> {
    return this.take(Number.POSITIVE_INFINITY);
  }

  stop(): void {
    this.#abort.abort();
  }
}
