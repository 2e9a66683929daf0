// What an access rule sees of a request.

import { parseFieldTerms } from '../selector/field-selector.js';
import { isWatchQuery } from '../routes/list-options.js';
import { withoutTrailingSlash } from '../routes/request-path.js';

export type Attributes = ResourceAttributes | NonResourceAttributes;

export interface ResourceAttributes {
  readonly isResource: true;
  readonly verb: string;
  readonly namespace: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
}

export interface NonResourceAttributes {
  readonly isResource: false;
  readonly verb: string;
  readonly path: string;
}

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
const OF_NAMESPACES = new Set(['status', 'finalize']);

/** Reads method and path as kube-apiserver does, whether or not anything serves them. */
export function attributesOf(request: { method: string; steps: readonly string[]; query: URLSearchParams }): Attributes {
  const steps = withoutTrailingSlash(request.steps);
  const nonResource = (): Attributes => ({ isResource: false, verb: request.method.toLowerCase(), path: `/${request.steps.join('/')}` });
  const [root = '', ...rest] = steps;
  if (root !== 'api' && root !== 'apis') return nonResource();
  const group = root === 'api' ? '' : (rest.shift() ?? '');
  const [, ...parts] = rest;
  const [first] = parts;
  if (first === undefined) return nonResource();
  const special = (first === 'watch' || first === 'proxy') && parts.length > 1 ? first : undefined;
  return resourceAttributes({ group, parts: special === undefined ? parts : parts.slice(1), special }, request);
}

interface Place {
  readonly group: string;
  readonly parts: readonly string[];
  readonly special: string | undefined;
}

function resourceAttributes(place: Place, { method, query }: { method: string; query: URLSearchParams }): ResourceAttributes {
  const { group, parts, special } = place;
  const [first = '', second = '', third = ''] = parts;
  const namespace = first === 'namespaces' ? second : '';
  const isInside = first === 'namespaces' && parts.length > 2 && !OF_NAMESPACES.has(third);
  const [resource = '', name = '', subresource = ''] = isInside ? parts.slice(2) : parts;
  const verb = special ?? VERBS[method] ?? '';
  const base = { isResource: true, namespace, group, resource, subresource, name } as const;
  if (name !== '') return { ...base, verb };
  if (verb === 'get') return { ...base, verb: isWatchQuery(query) ? 'watch' : 'list', name: selectedName(query) };
  return { ...base, verb: verb === 'delete' ? 'deletecollection' : verb };
}

/** A list of the one object with a name may be allowed by that name. */
function selectedName(query: URLSearchParams): string {
  const terms = parseFieldTerms(query.get('fieldSelector') ?? '');
  const term = terms?.find(({ field, wanted }) => field === 'metadata.name' && wanted);
  return term === undefined || /[/%]/.test(term.value) || term.value === '.' || term.value === '..' ? '' : term.value;
}

/** The refusal in the words of kube-apiserver, without the reason. */
export function refusalText(user: string, attributes: Attributes): string {
  const who = `User ${JSON.stringify(user)} cannot ${attributes.verb}`;
  if (!attributes.isResource) return escaped(`${who} path ${JSON.stringify(attributes.path)}`);
  const { resource, subresource, group, namespace } = attributes;
  const what = JSON.stringify(subresource === '' ? resource : `${resource}/${subresource}`);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return escaped(`${who} resource ${what} in API group ${JSON.stringify(group)} ${where}`);
}

/** Nothing that looks like HTML goes into a refusal. */
function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
}
