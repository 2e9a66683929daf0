// What a filter asked for and what it found, in words: `label filter app=x found "y"`.
import type { AnyHandler } from '../handlers/handler-spec.js';
import type { Fact } from '../model/fact.js';
import { ABSENT, PRESENT, type MetadataCriteria } from '../model/filter.js';
import type { Resource } from '../model/resource.js';
import { isSecretName } from '../model/without-secrets.js';

type Skipped = Extract<Fact, { readonly kind: 'handler-skipped' }>;

const CAUSES: Readonly<Record<string, string>> = {
  create: 'a creation',
  update: 'an update',
  delete: 'a deletion',
  resume: 'a resumption (it was there when the operator started)',
};

/** `handlers`: those with the id of the fact, as they are declared; empty for sub-handlers. */
export function filterSentence(fact: Skipped, handlers: readonly AnyHandler[]): string {
  const { filter, found } = fact;
  switch (filter) {
    case 'reason':
      return `what happened was ${CAUSES[String(found)] ?? String(found)}, and it is for others (${declaredFor(handlers).join(', ')})`;
    case 'initial':
      return 'it is for objects that were there when the operator started, and this one came later or was resumed already';
    case 'deleted':
      return 'the object is being deleted, and it is not declared with `deleted: true`';
    case 'labels':
    case 'annotations':
      return metadataSentence(fact, handlers);
    case 'when':
      return `its \`when\` said ${shown(found)}`;
    case 'change':
      return `the field ${fieldText(handlers)} did not change`;
    default:
      return `its filter ${filter} of the field ${fieldText(handlers)}${wantedText(handlers, filter)} found ${foundText(fact, handlers)}`;
  }
}

/** What its registrations are for. */
export function declaredFor(handlers: readonly AnyHandler[]): readonly string[] {
  return [...new Set(handlers.map(kindText))];
}

function kindText(handler: AnyHandler): string {
  if (handler.family === 'change') return handler.reason ?? 'field';
  return handler.family === 'timer' && handler.reconciles ? 'reconcile' : handler.family;
}

function metadataSentence(fact: Skipped, handlers: readonly AnyHandler[]): string {
  const { filter, found } = fact;
  const { key, value } = isKeyed(found) ? found : { key: '', value: undefined };
  const criteria = handlers
    .map((handler) => (filter === 'labels' ? handler.labels : handler.annotations))
    .filter((one) => one !== undefined);
  const wanted = criterionText(key, criteria);
  const what = value === undefined ? 'no such key' : isSecret(fact.object.resource, key) ? '(hidden)' : shown(value);
  return `its ${filter === 'labels' ? 'label' : 'annotation'} filter ${wanted} found ${what}`;
}

function criterionText(key: string, criteria: readonly MetadataCriteria[]): string {
  const criterion = criteria.find((one) => Object.hasOwn(one, key))?.[key];
  if (criterion === PRESENT) return `${key} (present)`;
  if (criterion === ABSENT) return `${key} (absent)`;
  return typeof criterion === 'string' ? `${key}=${criterion}` : key;
}

function fieldText(handlers: readonly AnyHandler[]): string {
  const [field] = handlers.flatMap((handler) => (handler.field ? [handler.field.join('.')] : []));
  return field ?? '(unknown)';
}

function wantedText(handlers: readonly AnyHandler[], filter: 'value' | 'old' | 'new'): string {
  for (const handler of handlers) {
    const wanted = filter === 'value' ? handler.value : handler.family === 'change' ? handler[filter] : undefined;
    if (wanted === PRESENT) return ' (present)';
    if (wanted === ABSENT) return ' (absent)';
    if (typeof wanted === 'function') return ' (a function)';
    if (wanted !== undefined) return ` = ${isSecret(undefined, fieldText(handlers)) ? '(hidden)' : JSON.stringify(wanted)}`;
  }
  return filter === 'value' ? ' (present)' : '';
}

function foundText({ found, object }: Skipped, handlers: readonly AnyHandler[]): string {
  if (found === undefined) return 'nothing';
  return isSecret(object.resource, fieldText(handlers)) ? 'something (hidden)' : shown(found);
}

function isKeyed(found: unknown): found is { readonly key: string; readonly value: unknown } {
  return typeof found === 'object' && found !== null && 'key' in found && typeof found.key === 'string' && 'value' in found;
}

/** Explanations are read by people and copied into tickets: what may be a secret is not in them. */
function isSecret(resource: Resource | undefined, name: string): boolean {
  return (resource?.plural === 'secrets' && resource.group === '') || isSecretName(name);
}

function shown(value: unknown): string {
  if (value === undefined) return 'undefined';
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
