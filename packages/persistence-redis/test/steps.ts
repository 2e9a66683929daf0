import type { Essence, LoadedDiffBase, LoadedProgress, ObjectView, ProgressRecord } from '@kopfts/core';
import type { OpenedStores } from './support.js';

export const never = (): AbortSignal => new AbortController().signal;

export const waiting: ProgressRecord = {
  started: 1_704_067_200_000.123,
  stopped: undefined,
  delayed: 1_735_689_599_999.999,
  purpose: 'create',
  retries: 1,
  success: false,
  failure: false,
  message: 'not yet',
  subrefs: undefined,
};

export interface Looked {
  readonly progress: LoadedProgress;
  readonly diffBase: LoadedDiffBase;
}

/** Both stores at once, as the engine asks them. */
export async function look({ progress, diffBase }: OpenedStores, object: ObjectView, handlers = ['fn']): Promise<Looked> {
  const [[records], [essence]] = await Promise.all([progress.load([{ object, handlers }], never()), diffBase.load([object], never())]);
  if (records === undefined || essence === undefined) throw new Error('less was answered than was asked');
  return { progress: records, diffBase: essence };
}

/** Commits an essence as handled, and purges the record of `fn`. */
export async function finish(stores: OpenedStores, object: ObjectView, essence: Essence, seen?: Looked) {
  const { progress, diffBase } = seen ?? (await look(stores, object));
  const plans = [
    stores.progress.plan({ object, store: new Map(), purge: ['fn'] }, progress).commit,
    stores.diffBase.plan({ object, essence }, diffBase).commit,
  ].filter((write) => write !== undefined);
  return stores.progress.place?.commit(plans, never());
}

/** These are all objects that there are. */
export function tellAll({ progress }: OpenedStores, objects: readonly ObjectView[]): void {
  progress.place?.listed?.(objects.map(({ ref }) => ref.uid));
}

/** Commits that the first attempt of `fn` is over. */
export async function remember(stores: OpenedStores, object: ObjectView, record = waiting, seen?: Looked) {
  const { progress } = seen ?? (await look(stores, object));
  const { commit } = stores.progress.plan({ object, store: new Map([['fn', record]]), purge: [] }, progress);
  return commit && stores.progress.place?.commit([commit], never());
}
