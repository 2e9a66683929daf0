import type { Json } from '../conformance/case.js';
import type { FuzzAnswer } from './request.js';
import { isMap } from './symbols.js';

const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const VERSION_IN_TEXT = /((?:record|precondition) \(|(?:precondition|object meta|version): |resourceVersion(?:\\?":\\?"|:))(\d+)/g;
/** A version may have been sent as a name or a uid, or moved or copied there. */
const QUOTED_NUMBER = /"(\d{2,})"/g;
const TYPE_IN_TEXT = /(no kind \\?"|registered for version \\?"|the name of the object \()(\d+)/g;
const ADDRESS = /\b10\.\d+\.\d+\.\d+\b/g;
const GENERATED = /\b(gen-|Bad_Gen-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g;
const NOW = /20(?:2[5-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Where problems are named: those of map entries, fields and bindings come in the random order of Go's maps. */
const PROBLEMS: ReadonlySet<string> = new Set(['message', 'evaluationError', 'reason']);

/** Rules come in the order of maps, owners in the one of the seconds in which they wrote. */
const UNORDERED: ReadonlySet<string> = new Set(['resourceRules', 'nonResourceRules', 'managedFields']);

/**
 * Makes the answers of two servers comparable: uids and versions become the number under which they first appeared, times become
 * `<time>`. So a version that should not have changed, or a uid that should, is still a difference.
 */
export class Masking {
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();

  mask(answer: FuzzAnswer, of: { readonly resource: string; readonly verb: string }): FuzzAnswer {
    const body = of.resource === 'customresourcedefinitions' ? withoutControllers(answer.body, of.verb) : answer.body;
    return { ...answer, warnings: this.#text(answer.warnings), body: this.#value(body, { key: '', isList: false }) };
  }

  #value(value: Json, at: { readonly key: string; readonly isList: boolean }): Json {
    if (typeof value === 'string') return this.#string(value, at);
    if (Array.isArray(value)) return this.#array(value as readonly Json[], at.key);
    if (!isMap(value)) return value;
    const isList = Array.isArray(value['items']) || 'rows' in value || isListKind(value['kind']) || isEndMark(value['metadata']);
    const keys = Object.keys(value).sort();
    return Object.fromEntries(
      keys.map((key) => [
        key,
        this.#value(value[key] ?? null, { key, isList: key === 'metadata' ? isList : at.key === 'metadata' && at.isList }),
      ]),
    );
  }

  #string(value: string, { key, isList }: { readonly key: string; readonly isList: boolean }): string {
    if (value === '') return value;
    if (key === 'resourceVersion') return isList ? '<list>' : this.#version(value);
    if (key === 'continue') return '<continue>';
    // A version may have been written elsewhere.
    const version = this.#versions.get(value);
    if (version !== undefined) return version;
    if (/^\d+[smh](\d+s)?$/.test(value)) return '<age>';
    const text = this.#text(value);
    // Which of several bindings is found first is chance.
    if (key === 'reason' && text.startsWith('RBAC: allowed by')) return 'RBAC: allowed';
    return PROBLEMS.has(key) ? sortedProblems(text) : text;
  }

  #array(list: readonly Json[], key: string): Json {
    const items = list.map((item) => this.#value(item, { key: '', isList: false }));
    if (UNORDERED.has(key)) return [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return key === 'causes' ? items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : items;
  }

  #text(text: string): string {
    const quoted = this.#quotedObjects(text);
    const masked = quoted
      .replace(GENERATED, '$1<suffix>')
      .replace(ADDRESS, '<address>')
      .replace(UID, (uid) => numbered(this.#uids, uid, 'uid'))
      .replace(NOW, '<time>')
      .replace(QUOTED_NUMBER, (_all, number: string) => `"${this.#versions.get(number) ?? number}"`)
      .replace(TYPE_IN_TEXT, (_all, before: string, name: string) => before + (this.#versions.get(name) ?? name));
    if (!/resource ?version/i.test(masked)) return masked;
    const without = masked.replace(/current: \d+/, 'current: <list>').replace(/\(\d+\)$/, '(<list>)');
    // Only where a text names a version: other numbers may be equal to one by chance.
    return without.replace(VERSION_IN_TEXT, (_all, before: string, number: string) => before + this.#version(number));
  }

  /** A refusal may quote a whole object, with its managed fields and in the order of its type. */
  #quotedObjects(text: string): string {
    return text.replace(/"\{(?:\\.|[^"\\])*\}"/g, (quoted) => {
      try {
        const object = JSON.parse(JSON.parse(quoted) as string) as Json;
        return JSON.stringify(JSON.stringify(this.#value(withoutManagers(object), { key: '', isList: false })));
      } catch {
        return quoted;
      }
    });
  }

  #version(version: string): string {
    return numbered(this.#versions, version, 'rv');
  }
}

/** Controllers write definitions, too: their versions and owners, and what a write finds of their judgement, are those of a moment. */
function withoutControllers(body: Json, verb: string): Json {
  if (!isMap(body) || body['kind'] !== 'CustomResourceDefinition' || !isMap(body['metadata'])) return body;
  const { resourceVersion: _version, managedFields: _owners, ...metadata } = body['metadata'];
  const { status, ...rest } = body;
  return { ...rest, metadata, ...(verb === 'get' && status !== undefined ? { status } : {}) };
}

function isListKind(kind: Json | undefined): boolean {
  return typeof kind === 'string' && kind.endsWith('List');
}

/** The bookmark after the initial events of a watch: its version is the one of the list. */
function isEndMark(metadata: Json | undefined): boolean {
  const annotations = isMap(metadata) ? metadata['annotations'] : undefined;
  return isMap(annotations) && annotations['k8s.io/initial-events-end'] === 'true';
}

function withoutManagers(object: Json): Json {
  const metadata = isMap(object) ? object['metadata'] : undefined;
  if (!isMap(object) || !isMap(metadata)) return object;
  return { ...object, metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'managedFields')) };
}

function numbered(known: Map<string, string>, value: string, prefix: string): string {
  const found = known.get(value) ?? `<${prefix}${known.size + 1}>`;
  known.set(value, found);
  return found;
}

function sortedProblems(text: string): string {
  const [head = '', lines] = text.split(': errors:\n');
  if (lines !== undefined) return `${head}: errors:\n${lines.split('\n').sort().join('\n')}`;
  const match = /^(.* is invalid: |.*RBAC: |)\[(.*)\]$/s.exec(text);
  return match === null ? text : `${match[1] ?? ''}[${(match[2] ?? '').split(', ').sort().join(', ')}]`;
}
