import type { Clock, CollectionRef, Random, WatchOptions, WatchSignal } from '@kopfts/core';
import { collectionPath } from '../api-path.js';
import type { ReturnSource } from '../presence/server-presence.js';
import type { Transport } from '../transport/request.js';
import { createKnownObjects, type KnownObjects } from './known-objects.js';
import type { ListForms } from './list-forms.js';
import type { StreamTurns } from './stream-turns.js';
import { advanceWatch, startWatch, type WatchHappening, type WatchNews, type WatchState } from './watch-machine.js';

/** What the shell of the watch needs of the outside. */
export interface ReflectPorts {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  /** Something odd, passed over, for observers. */
  note(name: string, fields: Readonly<Record<string, string>>): void;
  /** Which servers stream lists; absent: lists are asked for in pages. */
  readonly listForms?: ListForms | undefined;
  /** Bounds the streams of single namespaces; absent: they are not bounded. */
  readonly turns?: StreamTurns | undefined;
  /** Says that the server is back after it was away; absent: pauses have their full length. */
  readonly presence?: ReturnSource | undefined;
  /** What is asked for of each object: all of it (default), or only its metadata, where the server can tell that alone. */
  readonly content?: 'whole' | 'metadata' | undefined;
  /** Objects per page of a list; default 500. */
  readonly pageSize?: number | undefined;
}

/** One collection being watched: where it is, what is known of it, and the state of its machine. */
export interface Session extends ReflectPorts {
  readonly of: CollectionRef;
  readonly path: string;
  /** What the server is to send. */
  readonly selection: Readonly<Record<'labelSelector' | 'fieldSelector' | 'shardSelector', string | undefined>>;
  /** What to accept of lists and watches. */
  readonly accept: { readonly list: string; readonly watch: string };
  readonly known: KnownObjects;
  state(): WatchState;
  /** Tells the machine what happened; gives what to tell the consumer. */
  tell(happening: WatchHappening): readonly WatchNews[];
  chance(): { readonly atMs: number; readonly random: number };
}

/**
 * What to tell the consumer, made while the consumer takes it: each step follows the delivery of the one before. In batches,
 * because every asynchronous generator on the way costs as much as reading the line.
 */
export type Batches = AsyncGenerator<Iterable<WatchSignal>, void, undefined>;

const WHOLE = { list: 'application/json', watch: 'application/json' } as const;
/** The second choice is for servers that do not know the first: what is behind an aggregated API need not. */
const partially = (kind: string): string => `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;
const METADATA = { list: partially('PartialObjectMetadataList'), watch: partially('PartialObjectMetadata') } as const;

/** A session at its beginning. */
export function openSession(of: CollectionRef, options: ReflectPorts & WatchOptions): Session {
  const { transport, clock, random, labelSelector, fieldSelector, shardSelector, listForms, turns, pageSize, presence } = options;
  let state = startWatch(listForms?.mayStream(of.resource) ?? false);
  return {
    of,
    path: collectionPath(of),
    selection: { labelSelector, fieldSelector, shardSelector },
    accept: options.content === 'metadata' ? METADATA : WHOLE,
    transport,
    clock,
    random,
    listForms,
    turns,
    pageSize,
    presence,
    note: (name, fields) => options.note(name, fields),
    known: createKnownObjects(of.resource),
    state: () => state,
    tell(happening) {
      const step = advanceWatch(state, happening);
      if (state.streams && !step.state.streams) listForms?.cannotStream(of.resource);
      state = step.state;
      return step.news;
    },
    chance: () => ({ atMs: clock.monotonicMs(), random: random.next() }),
  };
}
