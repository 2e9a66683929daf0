import { parseExactly } from '../exact-numbers.js';
import { parseYaml } from '../routes/yaml.js';
import type { Commit } from '../store/commit.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isArray, isObject, objectAt, own, stringAt } from '../store/json-value.js';
import type { ApiCall, AuditCommit, AuditEntry, AuditPrecondition } from './audit-entry.js';

export type AuditListener = (entry: AuditEntry) => void;

/** Numbers the requests of all front ends, and tells whoever listens what became of them. */
export class AuditLog {
  readonly #listeners = new Set<AuditListener>();
  #requests = 0;

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  nextId(): number {
    this.#requests += 1;
    return this.#requests;
  }

  listen(listener: AuditListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(entry: AuditEntry): void {
    for (const listener of this.#listeners) listener(entry);
  }
}

/** What is known once a request is done with; `answer` is the text of a refusal. */
export interface Outcome {
  readonly at: number;
  readonly requestId: number;
  readonly faults: readonly string[];
  readonly code: number;
  readonly answer: string;
  readonly sent: { readonly body: string; readonly contentType: string };
  readonly commits: readonly Commit[];
}

export function auditEntry(call: ApiCall, outcome: Outcome): AuditEntry {
  const { code, answer, sent, commits, ...rest } = outcome;
  const status = code >= 400 ? parsed(answer) : undefined;
  return {
    ...call,
    ...rest,
    code,
    actor: [call.user, call.userAgent].filter((part) => part !== undefined && part !== '').join(' '),
    ...reasonOf(status),
    precondition: preconditionOf(call, sent),
    commits: commits.map(auditCommit),
  };
}

function reasonOf(status: JsonValue | undefined): { reason: string | undefined; message: string | undefined } {
  const text = (key: string): string | undefined => (isObject(status) ? stringAt(status, key) || undefined : undefined);
  return { reason: text('reason'), message: text('message') };
}

function auditCommit({ type, collection, version, object, previous }: Commit): AuditCommit {
  return {
    type,
    collection,
    namespace: object.namespace,
    name: object.name,
    uid: object.uid,
    resourceVersion: String(version),
    before: previous?.body,
    after: type === 'DELETED' ? undefined : object.body,
  };
}

function preconditionOf(call: ApiCall, sent: Outcome['sent']): AuditPrecondition | undefined {
  if (call.method !== 'PUT' && call.method !== 'PATCH' && call.method !== 'DELETE') return undefined;
  const body = /\byaml\b/.test(sent.contentType) ? parsedYaml(sent.body) : parsed(sent.body);
  if (isArray(body)) return testsOf(body.filter(isObject));
  if (!isObject(body)) return undefined;
  const demands = objectAt(body, call.method === 'DELETE' ? 'preconditions' : 'metadata');
  const [uid, resourceVersion] = [stringAt(demands, 'uid'), stringAt(demands, 'resourceVersion')];
  if (uid === '' && resourceVersion === '') return undefined;
  return { ...(uid === '' ? {} : { uid }), ...(resourceVersion === '' ? {} : { resourceVersion }) };
}

function testsOf(operations: readonly JsonObject[]): AuditPrecondition | undefined {
  const tests = operations
    .filter((operation) => stringAt(operation, 'op') === 'test')
    .map((operation) => ({ path: stringAt(operation, 'path'), value: own(operation, 'value') ?? null }));
  return tests.length === 0 ? undefined : { tests };
}

function parsedYaml(text: string): JsonValue | undefined {
  try {
    return parseYaml(text, (why) => new TypeError(why));
  } catch {
    return undefined;
  }
}

function parsed(text: string): JsonValue | undefined {
  try {
    return text === '' ? undefined : parseExactly(text);
  } catch {
    return undefined;
  }
}
