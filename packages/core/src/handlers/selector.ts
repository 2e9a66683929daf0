import { errorText, InvalidSelectorError } from '../errors.js';
import { resourceName, type Resource } from '../model/resource.js';
import { EVERYTHING, type Selector, type SelectorInput, type SelectorObject, type SelectorPredicate } from '../model/selector.js';

const TYPED = Symbol.for('@kopfts/resource');
const VERSION = /^v\d+(?:(?:alpha|beta)\d+)?$/;
const NAMES = ['name', 'plural', 'kind', 'singular', 'shortcut', 'category'] as const;
const KEYS: readonly string[] = [...NAMES, 'group', 'version'];

type NamedSelector = Exclude<Selector, { readonly by: 'everything' | 'predicate' }>;

/** Marks a selector as a description of one kind, which may have several names at once. */
export function describeKind<T extends SelectorObject>(of: T): T {
  return Object.defineProperty({ ...of }, TYPED, { value: true });
}

/**
 * Parses what users give (spec S-01..S-14): `'name'`, `'name.v1'`, `'name.group.tld'`, `'name.v1.group.tld'`,
 * `'group.tld/v1/name'`, `'group.tld/name'`, `'v1/name'`, an object, everything, a predicate.
 *
 * @throws InvalidSelectorError `KOPF_INVALID_SELECTOR`.
 */
export function parseSelector(input: SelectorInput): Selector {
  if (typeof input === 'string') return input.includes('/') ? parsePath(input) : parseDotted(input);
  if (typeof input === 'function') return { by: 'predicate', predicate: input, group: undefined, version: undefined };
  if (input === EVERYTHING) return { by: 'everything', group: undefined, version: undefined };
  // Users of plain JavaScript can pass anything.
  const given: unknown = input;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new InvalidSelectorError(`A selector is text, an object, EVERYTHING or a predicate, not ${errorText(given)}.`);
  }
  return parseObject(given);
}

function parseDotted(text: string): Selector {
  const [name = '', second, ...rest] = text.split('.');
  if (second !== undefined && VERSION.test(second)) {
    return named('name', name, { group: rest.length > 0 ? rest.join('.') : undefined, version: second, text });
  }
  // An empty group is the core API; dotted text cannot say that, it is only unfinished.
  if (second === '') throw emptyPart(text);
  return named('name', name, { group: second === undefined ? undefined : [second, ...rest].join('.'), version: undefined, text });
}

function parsePath(text: string): Selector {
  const [first = '', second = '', third, ...more] = text.split('/');
  if (more.length > 0) throw new InvalidSelectorError(`The selector '${text}' has more than three parts: group/version/name.`);
  if (third !== undefined) return named('name', third, { group: first, version: second === '' ? undefined : second, text });
  if (VERSION.test(first)) return named('name', second, { group: '', version: first, text });
  return named('name', second, { group: first, version: undefined, text });
}

function parseObject(input: SelectorObject): Selector {
  const text = JSON.stringify(input);
  const unknown = Object.keys(input).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) throw new InvalidSelectorError(`The selector ${text} has no criterion '${unknown}'.`);
  const scope = { group: optionalText(input, 'group'), version: optionalText(input, 'version') };
  const given = NAMES.filter((key) => input[key] !== undefined);
  // A described kind may have both a plural and a kind: the plural says it all.
  const by = TYPED in input ? given.find((key) => key !== 'category') : given[0];
  if (by === undefined) {
    throw new InvalidSelectorError(`The selector ${text} names no kind: it needs one of ${NAMES.join(', ')}.`);
  }
  if (given.length > 1 && !(TYPED in input)) {
    throw new InvalidSelectorError(`The selector ${text} names the kind more than once: ${given.join(', ')}.`);
  }
  const value = input[by];
  if (value === EVERYTHING) return { by: 'everything', ...scope };
  if (typeof value === 'function' && by === 'name') return { by: 'predicate', predicate: value, ...scope };
  if (typeof value !== 'string') throw new InvalidSelectorError(`In the selector ${text}, ${by} must be text.`);
  return named(by, value, { ...scope, text });
}

function optionalText(input: SelectorObject, key: 'group' | 'version'): string | undefined {
  const value: unknown = input[key];
  if (value === undefined || typeof value === 'string') return value;
  throw new InvalidSelectorError(`In a selector, ${key} must be text.`);
}

interface Scope {
  readonly group: string | undefined;
  readonly version: string | undefined;
  readonly text: string;
}

function named(by: NamedSelector['by'], name: string, { group, version, text }: Scope): Selector {
  if (name.trim() === '' || version === '' || (group !== undefined && group !== '' && group.split('.').includes(''))) {
    throw emptyPart(text);
  }
  return { by, name, group, version };
}

function emptyPart(text: string): InvalidSelectorError {
  return new InvalidSelectorError(`The selector '${text}' has an empty part.`);
}

/** A selector for messages: `kopfexamples.v1.kopf.dev`, `kind=Pod`, `everything in kopf.dev`. */
export function selectorText(selector: Selector): string {
  const { group, version } = selector;
  if (selector.by === 'everything' || selector.by === 'predicate') {
    const what = selector.by === 'everything' ? 'everything' : predicateText(selector.predicate);
    const scope = [group === '' ? 'the core API' : group, version].filter((part) => part !== undefined).join('/');
    return scope === '' ? what : `${what} in ${scope}`;
  }
  const name = selector.by === 'name' || selector.by === 'plural' ? selector.name : `${selector.by}=${selector.name}`;
  return [name, version, group].filter((part) => part !== undefined && part !== '').join('.');
}

function predicateText(predicate: SelectorPredicate): string {
  return predicate.name === '' ? 'a predicate' : `the predicate ${predicate.name}`;
}

/** Both say the same; predicates only if they are one function. */
export function selectorsEqual(a: Selector, b: Selector): boolean {
  if (a.group !== b.group || a.version !== b.version) return false;
  if (a.by === 'everything' || b.by === 'everything') return a.by === b.by;
  if (a.by === 'predicate' || b.by === 'predicate') return a.by === 'predicate' && b.by === 'predicate' && a.predicate === b.predicate;
  return a.by === b.by && a.name === b.name;
}

/** Whether a kind is meant (spec S-06, S-20, S-21), as far as one kind alone can tell. */
export function matchesResource(selector: Selector, resource: Resource): boolean {
  if (selector.group !== undefined && selector.group !== resource.group) return false;
  if (selector.version !== undefined && selector.version !== resource.version) return false;
  // Predicates see all versions and can ask for the preferred one.
  if (selector.version === undefined && selector.by !== 'predicate' && !resource.preferred) return false;
  switch (selector.by) {
    case 'everything':
      return !isEvents(resource);
    case 'predicate':
      return !isEvents(resource) && selector.predicate(resource);
    case 'category':
      return resource.categories.includes(selector.name);
    case 'shortcut':
      return resource.shortNames.includes(selector.name);
    case 'name':
      return [resource.kind, resource.plural, resource.singular, ...resource.shortNames].includes(selector.name);
    default:
      return resource[selector.by] === selector.name;
  }
}

/** Kubernetes Events are served only by name: whoever asks for everything would be flooded with what we post ourselves. */
function isEvents(resource: Resource): boolean {
  return resource.plural === 'events' && (resource.group === '' || resource.group === 'events.k8s.io');
}

/** Names one kind (spec S-22). */
export function isSpecific(selector: Selector): boolean {
  return selector.by !== 'everything' && selector.by !== 'predicate' && selector.by !== 'category';
}

/** The kinds meant: of several with the same name, those of the core API (spec S-23). */
export function selectResources(selector: Selector, resources: readonly Resource[]): readonly Resource[] {
  const matching = resources.filter((resource) => matchesResource(selector, resource));
  const core = isSpecific(selector) ? matching.filter((resource) => resource.group === '') : [];
  return core.length > 0 ? core : matching;
}

export interface ServedResource {
  readonly resource: Resource;
  /** Those of the given selectors that led here. */
  readonly selectors: readonly Selector[];
}

/** A kind that cannot be served although it is meant (spec S-26, S-27). */
export interface RefusedResource {
  readonly resource: Resource;
  readonly selectors: readonly Selector[];
  readonly missingVerb: 'list' | 'watch' | 'patch';
}

export interface ResolvedSelectors {
  /** By `resourceName`. */
  readonly served: ReadonlyMap<string, ServedResource>;
  /** They match nothing (spec S-25). */
  readonly unresolved: readonly Selector[];
  /** They name several kinds; none of these is served (spec S-24). */
  readonly ambiguous: readonly { readonly selector: Selector; readonly resources: readonly Resource[] }[];
  readonly refused: readonly RefusedResource[];
}

export interface ResolveOptions {
  /** Selectors of handlers that patch objects: change handlers, timers. Default: none. */
  readonly patching?: readonly Selector[];
}

/** Which of the kinds that the cluster has are to be served, and which selectors cannot be followed (spec S-20..S-28). */
export function resolveSelectors(
  selectors: readonly Selector[],
  resources: readonly Resource[],
  options: ResolveOptions = {},
): ResolvedSelectors {
  const distinct = selectors.filter((one, i) => selectors.findIndex((other) => selectorsEqual(one, other)) === i);
  const chosen = distinct.map((selector) => ({ selector, resources: selectResources(selector, resources) }));
  const ambiguous = chosen.filter(({ selector, resources: found }) => isSpecific(selector) && found.length > 1);
  const excluded = new Set(ambiguous.flatMap(({ resources: found }) => found.map(resourceName)));
  const served = new Map<string, ServedResource>();
  const refused: RefusedResource[] = [];
  for (const resource of resources) {
    const leading = chosen.filter(({ resources: found }) => found.includes(resource)).map(({ selector }) => selector);
    const here = selectors.filter((selector) => leading.some((one) => selectorsEqual(one, selector)));
    const name = resourceName(resource);
    if (here.length === 0 || excluded.has(name) || served.has(name)) continue;
    const missing = missingVerb(resource, here, options);
    if (missing === undefined) served.set(name, { resource, selectors: here });
    else refused.push({ resource, selectors: here, missingVerb: missing });
  }
  return {
    served,
    unresolved: chosen.filter(({ resources: found }) => found.length === 0).map(({ selector }) => selector),
    ambiguous,
    refused,
  };
}

function missingVerb(
  resource: Resource,
  selectors: readonly Selector[],
  options: ResolveOptions,
): RefusedResource['missingVerb'] | undefined {
  if (!resource.verbs.includes('list')) return 'list';
  if (!resource.verbs.includes('watch')) return 'watch';
  const isPatched = (options.patching ?? []).some((one) => selectors.some((other) => selectorsEqual(one, other)));
  return isPatched && !resource.verbs.includes('patch') && !isTerminating(resource) ? 'patch' : undefined;
}

const CHANGING_VERBS = ['create', 'update', 'patch'];

/**
 * Its definition is being deleted. Discovery tells it by the verbs, to everybody: objects can be deleted, but neither made nor changed.
 * Those with a finalizer can still be patched, and wait for us, also if we come only now (spec S-33).
 */
function isTerminating({ verbs }: Resource): boolean {
  return verbs.includes('delete') && verbs.includes('deletecollection') && !CHANGING_VERBS.some((verb) => verbs.includes(verb));
}
