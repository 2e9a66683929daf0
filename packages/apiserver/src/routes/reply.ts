import { jsonTextOf } from '../exact-numbers.js';
import type { JsonValue } from '../store/json-value.js';
import { yamlText } from './yaml.js';

/** The answer of a route, before it becomes bytes. */
export type Reply = TextReply | StreamReply;

export interface TextReply {
  readonly kind: 'text';
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly warnings?: readonly string[];
}
export interface StreamReply {
  readonly kind: 'stream';
  readonly status: number;
  readonly contentType: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export const JSON_TYPE = 'application/json';

export function jsonText(status: number, body: string, warnings: readonly string[] = []): TextReply {
  return { kind: 'text', status, contentType: JSON_TYPE, body: `${body}\n`, ...(warnings.length === 0 ? {} : { warnings }) };
}

export function json(status: number, body: JsonValue | object): TextReply {
  return jsonText(status, jsonTextOf(body));
}

/** What is no text goes out as it is. */
export function bytes(contentType: string, body: Uint8Array): StreamReply {
  return { kind: 'stream', status: 200, contentType, chunks: once(body) };
}

async function* once(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(body);
}

/** Only JSON becomes YAML. */
export function yamlReply(reply: TextReply): TextReply {
  if (reply.contentType !== JSON_TYPE) return reply;
  return { ...reply, contentType: 'application/yaml', body: yamlText(reply.body) };
}

export function plain(status: number, body: string): TextReply {
  return { kind: 'text', status, contentType: 'text/plain; charset=utf-8', body };
}

/** What kube-apiserver says about paths that nothing serves. */
export function pageNotFound(): TextReply {
  return plain(404, '404 page not found\n');
}
