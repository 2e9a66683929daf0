// The cluster and the stores of a configuration, without an operator.
import {
  identityOf,
  InvalidConfigError,
  systemClock,
  systemRandom,
  type ClusterClient,
  type ClusterSelection,
  type DiffBaseStore,
  type ExtensionPoint,
  type ExternalPlace,
  type MemoStore,
  type OperatorConfig,
  type Part,
  type PartScope,
  type Plugin,
  type ProgressStore,
} from '@kopfts/core';

/** What one plugin keeps. */
export interface OpenedStore {
  readonly name: string;
  readonly progress: ProgressStore | undefined;
  readonly diffBase: DiffBaseStore | undefined;
  readonly memo: MemoStore | undefined;
  readonly place: ExternalPlace | undefined;
}

export interface OpenedState {
  readonly client: ClusterClient;
  /** In the order that was asked for; without plugins that keep nothing. */
  readonly stores: readonly OpenedStore[];
}

export interface OpenOptions {
  readonly config: OperatorConfig;
  readonly cluster: ClusterSelection;
  readonly plugins: readonly Plugin[];
}

/** Opens them for as long as the work lasts. @throws KopfError as the operator would at its start. */
export async function withState<T>(
  { config, cluster, plugins }: OpenOptions,
  work: (state: OpenedState, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const closers: (() => void | Promise<void>)[] = [];
  const scope: PartScope = { signal: ended.signal, onClose: (close) => closers.push(close) };
  const opening: Opening = { config, cluster, scope };
  try {
    const client = await openClient(opening);
    const stores: OpenedStore[] = [];
    for (const plugin of plugins) stores.push(...(await openStore(opening, plugin)));
    for (const place of new Set(stores.flatMap((store) => store.place ?? []))) await beginPlace(place, client, ended.signal);
    return await work({ client, stores }, ended.signal);
  } finally {
    ended.abort(new Error('the command is over'));
    for (const close of closers.reverse()) await close();
  }
}

interface Opening {
  readonly config: OperatorConfig;
  readonly cluster: ClusterSelection;
  readonly scope: PartScope;
}

async function openClient(opening: Opening): Promise<ClusterClient> {
  for (const plugin of opening.config.plugins) {
    const part = contributionsOf(opening, plugin).get('clusterClient');
    if (part !== undefined) return (part as Part<ClusterClient>).open(opening.scope);
  }
  throw new InvalidConfigError('No plugin of the configuration provides a cluster client.');
}

async function openStore(opening: Opening, plugin: Plugin): Promise<readonly OpenedStore[]> {
  const parts = contributionsOf(opening, plugin);
  const open = async <T>(point: ExtensionPoint): Promise<T | undefined> => (parts.get(point) as Part<T> | undefined)?.open(opening.scope);
  const progress = await open<ProgressStore>('progressStore');
  const diffBase = await open<DiffBaseStore>('diffBaseStore');
  const memo = await open<MemoStore>('memoStore');
  if (!progress && !diffBase && !memo) return [];
  return [{ name: plugin.name, progress, diffBase, memo, place: progress?.place ?? diffBase?.place ?? memo?.place }];
}

/** What a plugin would give an operator. */
function contributionsOf({ config, cluster }: Opening, plugin: Plugin): ReadonlyMap<ExtensionPoint, unknown> {
  const contributions = new Map<ExtensionPoint, unknown>();
  plugin.setup({
    identity: identityOf(config.name),
    clock: systemClock,
    random: systemRandom,
    cluster,
    isTool: true,
    contribute: (point, part) => {
      contributions.set(point, part);
    },
    emit: () => undefined,
  });
  return contributions;
}

/** Longer than it takes to be told that there is nobody. */
const REACHED_WITHIN_MS = 20_000;

async function beginPlace(place: ExternalPlace, client: ClusterClient, ended: AbortSignal): Promise<void> {
  const uid = async (signal: AbortSignal): Promise<string> => {
    if (client.clusterUid === undefined) throw new InvalidConfigError('The cluster client cannot tell which cluster it is connected to.');
    return client.clusterUid(signal);
  };
  await place.begin?.({ uid }, ended);
  const late = new AbortController();
  const patience = systemClock.sleep(REACHED_WITHIN_MS, late.signal);
  const reached = place.reachable(AbortSignal.any([ended, late.signal]));
  try {
    await Promise.race([reached, patience]);
  } finally {
    late.abort(new Error('it was waited for long enough'));
    await Promise.allSettled([reached, patience]);
  }
  const away = place.away();
  if (away !== undefined) throw away;
}
