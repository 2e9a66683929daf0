import { InvalidConfigError, PluginConflictError } from '../../errors.js';
import { matchesResource, parseSelector, selectorText } from '../../handlers/selector.js';
import { resourceName, type Resource } from '../../model/resource.js';
import type { SelectorInput } from '../../model/selector.js';
import type { KindStores, Part, Plugin } from '../../plugin/plugin.js';
import type { Contribution } from '../../plugin/host.js';
import type { DiffBaseStore } from '../../ports/diff-base-store.js';
import type { MemoStore } from '../../ports/memo-store.js';
import type { ProgressStore } from '../../ports/progress-store.js';
import { captureStores, STORE_POINTS } from './captured-stores.js';

/**
 * Another memory for some kinds: what the plugin keeps, it keeps of them; of all others, and all else, the operator's own stores do.
 *
 * @param kinds one selector or several, as for handlers
 * @throws InvalidSelectorError `KOPF_INVALID_SELECTOR`. InvalidConfigError `KOPF_INVALID_CONFIG` if there is no kind; at set-up, if the plugin
 *   provides anything but stores. A kind for which two are chosen is not served (`KOPF_PLUGIN_CONFLICT`).
 * @example plugins: [kubernetes(), annotations(), forKinds('KopfExample', redis())]
 */
export function forKinds(kinds: SelectorInput | readonly SelectorInput[], plugin: Plugin): Plugin {
  const selectors = (Array.isArray(kinds) ? (kinds as readonly SelectorInput[]) : [kinds as SelectorInput]).map(parseSelector);
  if (selectors.length === 0) throw new InvalidConfigError('forKinds() was given no kind.');
  const name = `${plugin.name} for ${selectors.map(selectorText).join(', ')}`;
  return {
    name,
    apiVersion: 1,
    parts: [plugin],
    setup: (host) => host.contribute('kindStores', { selectors, ...captureStores(plugin, host, 'forKinds()') }),
  };
}

/** Stores that some kinds have for themselves. */
export interface OpenedKindStores {
  readonly plugin: string;
  readonly selectors: KindStores['selectors'];
  readonly progressStore: ProgressStore | undefined;
  readonly diffBaseStore: DiffBaseStore | undefined;
  readonly memoStore: MemoStore | undefined;
}

type Opening = <T>(part: { readonly plugin: string; readonly point: (typeof STORE_POINTS)[number]; readonly part: Part<T> }) => Promise<T>;

/** In the order of the configuration. */
export async function openKindStores(
  contributions: readonly Contribution<'kindStores'>[],
  open: Opening,
): Promise<readonly OpenedKindStores[]> {
  const opened: OpenedKindStores[] = [];
  for (const { plugin, part } of contributions) {
    const { selectors, progressStore, diffBaseStore, memoStore } = part;
    opened.push({
      plugin,
      selectors,
      progressStore: progressStore && (await open({ plugin, point: 'progressStore', part: progressStore })),
      diffBaseStore: diffBaseStore && (await open({ plugin, point: 'diffBaseStore', part: diffBaseStore })),
      memoStore: memoStore && (await open({ plugin, point: 'memoStore', part: memoStore })),
    });
  }
  return opened;
}

/** The stores of objects of one kind. */
export interface StoresOfKind {
  readonly progressStore: ProgressStore;
  readonly diffBaseStore: DiffBaseStore;
  readonly memoStore?: MemoStore | undefined;
}

/** An operator's own stores, and those of some kinds. */
export interface AllStores extends StoresOfKind {
  readonly kindStores: readonly OpenedKindStores[];
}

/** @throws PluginConflictError `KOPF_PLUGIN_CONFLICT` if two are chosen for one purpose. */
export function storesOf({ kindStores, ...own }: AllStores, resource: Resource): StoresOfKind {
  const chosen = kindStores.filter(({ selectors }) => selectors.some((selector) => matchesResource(selector, resource)));
  for (const point of STORE_POINTS) {
    const [first, second] = chosen.filter((one) => one[point] !== undefined);
    if (first && second) throw new PluginConflictError(`${point} of ${resourceName(resource)}`, first.plugin, second.plugin);
  }
  const { progressStore, diffBaseStore, memoStore } = own;
  return {
    progressStore: chosen.find((one) => one.progressStore)?.progressStore ?? progressStore,
    diffBaseStore: chosen.find((one) => one.diffBaseStore)?.diffBaseStore ?? diffBaseStore,
    memoStore: chosen.find((one) => one.memoStore)?.memoStore ?? memoStore,
  };
}

/** Selectors of stores that are about none of these kinds: a mistake, or a kind that is not there yet. */
export function idleStores(kindStores: readonly OpenedKindStores[], kinds: readonly Resource[]): readonly string[] {
  return kindStores
    .flatMap(({ selectors }) => selectors)
    .filter((selector) => !kinds.some((kind) => matchesResource(selector, kind)))
    .map(selectorText);
}
