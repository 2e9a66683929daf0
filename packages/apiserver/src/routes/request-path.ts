/** What a path of the resource API names; `rest` are the steps after group and version. */
export interface ApiPath {
  readonly group: string;
  readonly version: string;
  readonly rest: readonly string[];
}

/** A place below a resource: a collection without a name, an object with one, or a subresource of it. */
export interface ResourcePath {
  readonly namespace: string;
  readonly plural: string;
  readonly name: string;
  readonly subresource: string;
  /** The old form of watches: `/watch/` before the resource. */
  readonly isWatch: boolean;
}

/** Undefined when a step is not valid percent encoding. */
export function decodeSteps(path: string): readonly string[] | undefined {
  if (!path.includes('%')) return path.split('/').slice(1);
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** `/api/v1/…` and `/apis/GROUP/VERSION/…`; undefined for everything else. */
export function apiPathOf(steps: readonly string[]): ApiPath | undefined {
  const [root, first, second, ...more] = withoutTrailingSlash(steps);
  if (root === 'api' && first !== undefined) return { group: '', version: first, rest: second === undefined ? [] : [second, ...more] };
  if (root === 'apis' && first !== undefined && second !== undefined) return { group: first, version: second, rest: more };
  return undefined;
}

export function withoutTrailingSlash(steps: readonly string[]): readonly string[] {
  return steps.at(-1) === '' ? steps.slice(0, -1) : steps;
}

const SUBRESOURCES_OF_NAMESPACES = new Set(['status', 'finalize']);

/** Undefined when the steps cannot name a resource. */
export function resourcePathOf(steps: readonly string[]): ResourcePath | undefined {
  const isWatch = steps[0] === 'watch' && steps.length > 1;
  const path = isWatch ? steps.slice(1) : steps;
  if (path.some((step) => step === '')) return undefined;
  const [first = '', second = '', third, ...more] = path;
  const isInNamespace = first === 'namespaces' && third !== undefined && !(SUBRESOURCES_OF_NAMESPACES.has(third) && more.length === 0);
  const [namespace, plural = '', name = '', subresource = '', ...tooMany] = isInNamespace ? path.slice(1) : ['', ...path];
  if (tooMany.length > 0) return undefined;
  return { namespace: isInNamespace ? second : (namespace ?? ''), plural, name, subresource, isWatch };
}
