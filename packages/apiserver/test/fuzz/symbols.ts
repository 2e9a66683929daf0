import type { Json } from '../conformance/case.js';
import type { FuzzRequest, JsonMap } from './request.js';

const SYMBOL = /«([a-z]+):([^»]*)»/g;
const UNKNOWN: Readonly<Record<string, string>> = {
  uid: '11111111-2222-4333-8444-555555555555',
  rv: '999999999',
  old: '1',
  list: '1',
  continue: 'bm90IGEgdG9rZW4',
};

/** What one server has decided so far: versions, uids and tokens under the names by which requests mean them. */
export class Symbols {
  readonly #values = new Map<string, string>();

  fill(text: string): string {
    return text.replace(SYMBOL, (_all, kind: string, of: string) => this.#value(kind, of));
  }

  #value(kind: string, of: string): string {
    // Where a watch starts: at a version of the object, or before all of them.
    if (kind === 'seen') return this.#values.get(`rv:${of}`) ?? this.#values.get(`first:${of.split('/')[0] ?? ''}`) ?? '';
    return this.#values.get(`${kind}:${of}`) ?? UNKNOWN[kind] ?? '';
  }

  filled(request: FuzzRequest): FuzzRequest {
    return { ...request, path: this.fill(request.path), body: request.body === undefined ? undefined : this.fill(request.body) };
  }

  /** Learns from an answer about `plural`. */
  remember(plural: string, body: Json): void {
    if (!isMap(body) || body['kind'] === 'Status') return;
    const metadata = body['metadata'];
    if (!isMap(metadata)) return;
    const items = body['items'];
    if (Array.isArray(items)) {
      this.#set('list', plural, metadata['resourceVersion']);
      if (!this.#values.has(`first:${plural}`)) this.#set('first', plural, metadata['resourceVersion']);
      this.#set('continue', plural, metadata['continue']);
      for (const item of items as readonly Json[]) this.remember(plural, item);
      return;
    }
    const name = `${plural}/${typeof metadata['name'] === 'string' ? metadata['name'] : ''}`;
    const before = this.#values.get(`rv:${name}`);
    if (before !== undefined && before !== metadata['resourceVersion']) this.#values.set(`old:${name}`, before);
    this.#set('rv', name, metadata['resourceVersion']);
    this.#set('uid', name, metadata['uid']);
  }

  #set(kind: string, of: string, value: Json | undefined): void {
    if (typeof value === 'string' && value !== '') this.#values.set(`${kind}:${of}`, value);
  }
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
