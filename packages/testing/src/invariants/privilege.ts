import type { EntryOf, HistoryEntry } from '../history/history.js';
import type { GrantedRule } from './granted-rule.js';
import type { Invariant, Violation } from './invariant.js';

/** What one request needs. */
export interface NeededRight {
  readonly verb: string;
  readonly group: string;
  /** With subresource. */
  readonly resource: string;
  /** `undefined`: in all namespaces, or outside of any. */
  readonly namespace: string | undefined;
}

/**
 * S18: the operator asks for nothing that its rules do not grant. Discovery (`/api`, `/apis` and what is below them without objects) is
 * everybody's. Each right that is missing is told once, where it is first needed. Without `model.rights` nothing is asked; that no rule is left
 * unused is a matter of many histories, see {@link unusedRights}.
 */
export const privilege: Invariant = {
  id: 'S18',
  says: 'Nothing is asked for that was not granted.',
  check: (history, { rights, isOwnActor }) => {
    if (rights === undefined) return [];
    const told = new Set<string>();
    return history.flatMap((entry): readonly Violation[] => {
      if (entry.kind !== 'call' || !isOwnActor(entry.instance)) return [];
      const needed = rightOf(entry);
      if (needed === undefined || rights.some((rule) => grants(rule, needed))) return [];
      const message = `${entry.instance} needs '${textOf(needed)}', which no rule grants`;
      if (told.has(textOf(needed))) return [];
      told.add(textOf(needed));
      return [{ invariant: 'S18', message, seq: entry.seq }];
    });
  },
};

/** The other half of S18: what the rules grant and none of these requests needed, as `verb group/resource`. */
export function unusedRights(history: Iterable<HistoryEntry>, rights: readonly GrantedRule[]): readonly string[] {
  const used: NeededRight[] = [];
  for (const entry of history) {
    const needed = entry.kind === 'call' ? rightOf(entry) : undefined;
    if (needed !== undefined) used.push(needed);
  }
  const single = rights.flatMap((rule) =>
    rule.apiGroups.flatMap((group) =>
      rule.resources.flatMap((resource) =>
        rule.verbs.map((verb): GrantedRule => ({ ...rule, apiGroups: [group], resources: [resource], verbs: [verb] })),
      ),
    ),
  );
  return single
    .filter((rule) => !used.some((needed) => grants(rule, needed)))
    .map(({ verbs, apiGroups, resources, namespace }) =>
      textOf({ verb: verbs[0] ?? '', group: apiGroups[0] ?? '', resource: resources[0] ?? '', namespace }),
    );
}

/** What a request needs to be allowed; `undefined` for discovery. */
export function rightOf({ method, path }: Pick<EntryOf<'call'>, 'method' | 'path'>): NeededRight | undefined {
  const [address = '', query = ''] = path.split('?');
  const found = /^\/(?:api|apis\/([^/]+))\/[^/]+\/(.+)$/.exec(address);
  if (found?.[2] === undefined) return undefined;
  const parts = found[2].split('/').map(decodeURIComponent);
  // `namespaces/x` and what is about it (`namespaces/x/status`) are objects of their own; three parts and more are inside of one.
  const isInside = parts[0] === 'namespaces' && parts.length >= 3 && !NAMESPACE_PARTS.has(parts[2] ?? '');
  const [resource = '', name, subresource] = isInside ? parts.slice(2) : parts;
  return {
    verb: verbOf(method, name, new URLSearchParams(query)),
    group: found[1] ?? '',
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace: isInside ? parts[1] : undefined,
  };
}

const NAMESPACE_PARTS: ReadonlySet<string> = new Set(['status', 'finalize']);
const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
  if (method !== 'GET' && method !== 'HEAD') return VERBS[method] ?? method.toLowerCase();
  if (['true', '1'].includes(query.get('watch') ?? '')) return 'watch';
  return name === undefined ? 'list' : 'get';
}

function grants(rule: GrantedRule, { verb, group, resource, namespace }: NeededRight): boolean {
  if (rule.namespace !== undefined && rule.namespace !== namespace) return false;
  return rule.verbs.includes(verb) && rule.apiGroups.includes(group) && rule.resources.includes(resource);
}

function textOf({ verb, group, resource, namespace }: NeededRight): string {
  return `${verb} ${group === '' ? '' : `${group}/`}${resource}${namespace === undefined ? '' : ` in ${namespace}`}`;
}
