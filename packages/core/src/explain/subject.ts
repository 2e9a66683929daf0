// Which object is meant: by what the engine holds, and by what is remembered.
import { parseSelector } from '../handlers/selector.js';
import type { AnyHandler } from '../handlers/handler-spec.js';
import { matchesResource, selectorText } from '../handlers/selector.js';
import type { ExplainedRef } from '../model/explanation.js';
import type { CollectionInspection, ObjectInspection } from '../model/inspection.js';
import { resourceName, sameResource, type Resource } from '../model/resource.js';
import type { Selector } from '../model/selector.js';
import type { FactMemory, RememberedObject } from './fact-memory.js';

/** What an operator knows at the moment of the question. */
export interface Situation {
  readonly operator: string | undefined;
  readonly at: number;
  readonly handlers: readonly AnyHandler[];
  /** Patterns; absent: everywhere. */
  readonly namespaces: readonly string[] | undefined;
  /** What it holds; of objects, at least those with the name that is asked for. */
  readonly collections: readonly CollectionInspection[];
}

/** Of what is asked. */
export interface Subject {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Whether a kind is meant. */
  readonly means: (resource: Resource) => boolean;
  readonly selector: Selector | undefined;
  /** Watched for the kind, in whatever namespace. */
  readonly collections: readonly CollectionInspection[];
  readonly resource: Resource | undefined;
  /** The collection that has it, and what is held of it. */
  readonly live: { readonly collection: CollectionInspection; readonly object: ObjectInspection } | undefined;
  readonly remembered: RememberedObject | undefined;
  /** Declared for the kind. */
  readonly handlers: readonly AnyHandler[];
}

/** @throws InvalidSelectorError `KOPF_INVALID_SELECTOR` for a kind that cannot be one. */
export function findSubject(memory: FactMemory, situation: Situation, ref: ExplainedRef): Subject {
  const { namespace, name } = ref;
  const selector = 'kind' in ref ? parseSelector(ref.kind) : undefined;
  const means = 'kind' in ref ? meaningOf(parseSelector(ref.kind)) : (resource: Resource): boolean => sameResource(resource, ref.resource);
  const collections = situation.collections.filter(({ of }) => means(of.resource));
  const uid = 'uid' in ref ? ref.uid : undefined;
  const isIt = (one: { readonly namespace: string | undefined; readonly name: string; readonly uid: string }): boolean =>
    one.name === name && (namespace === undefined || one.namespace === namespace) && (uid === undefined || one.uid === uid);
  const live = collections.flatMap((collection) => collection.objects.filter(isIt).map((object) => ({ collection, object })))[0];
  const remembered = live
    ? memory.object(live.object.uid)
    : [...memory.objects()].filter((one) => means(one.ref.resource) && isIt(one.ref)).at(-1);
  const resource = collections[0]?.of.resource ?? remembered?.ref.resource ?? ('resource' in ref ? ref.resource : undefined);
  return {
    kind: resource === undefined ? ('kind' in ref ? ref.kind : '') : resourceName(resource),
    namespace: live?.object.namespace ?? remembered?.ref.namespace ?? namespace,
    name,
    means,
    selector,
    collections,
    resource,
    live,
    remembered,
    handlers: situation.handlers.filter((handler) =>
      resource === undefined ? isNamedLike(handler.selector, selector) : matchesResource(handler.selector, resource),
    ),
  };
}

/** People do not care for capitals, nor for which version is the preferred one. */
function meaningOf(selector: Selector): (resource: Resource) => boolean {
  const lower: Selector = 'name' in selector ? { ...selector, name: selector.name.toLowerCase() } : selector;
  return (resource) => {
    const preferred = { ...resource, preferred: true };
    return matchesResource(selector, preferred) || matchesResource(lower, { ...preferred, kind: resource.kind.toLowerCase() });
  };
}

/** Of a kind that nobody knows, only its name can be compared with what was declared. */
export function isNamedLike(declared: Selector, asked: Selector | undefined): boolean {
  return asked !== undefined && wordOf(selectorText(declared)) === wordOf(selectorText(asked));
}

/** The same for a kind and its plural, as far as that can be told. */
export function wordOf(text: string): string {
  const [first = ''] = text.replace(/^\w+=/, '').toLowerCase().split('.');
  return first.replace(/(?<![es])[es]+$/, '').replace(/[iy]$/, '');
}
