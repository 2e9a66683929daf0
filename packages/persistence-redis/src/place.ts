// Where both stores keep what they keep: one entry per object, one round trip per load and per commit.
import { BugError } from '@kopfts/core';
import type { CommitResult, ExternalPlace, ListedCollection, ObjectRef, ObjectUid, ObjectView } from '@kopfts/core';
import type { Connection } from './connection.js';
import type { Entry } from './entry.js';
import type { EntryChange, PartChange } from './entry-change.js';
import { StoreConflictError, StoreFormatError, StoreLossError } from './errors.js';
import { bucketOf, keysOf } from './key.js';
import { interpret, type LoadedEntry, type LossPolicy } from './loaded.js';
import { learn, NEVER_SEEN, type Memory } from './memory.js';
import { clearing, takeMoved } from './moves.js';
import { placeText, type Reports } from './reports.js';
import { createSweeper } from './sweeper.js';

export interface PlaceOptions {
  readonly connection: Connection;
  readonly reports: Reports;
  /** Of keys; `cluster` is known when the operator begins. */
  readonly prefixOf: (cluster: string) => string;
  /** `undefined`: the cluster is asked which one it is. */
  readonly cluster: string | undefined;
  /** Other in each life: part of versions. */
  readonly writer: string;
  /** What is there begins with an operator, not with whoever looks at it. */
  readonly isTool: boolean;
  readonly policy: LossPolicy;
  /** The object itself shows that an operator of this name had it. */
  readonly showsOurs: (object: ObjectView) => boolean;
  /** What is left of an object that is gone, ms. */
  readonly forgetAfterMs: number;
  readonly sweepAfterMs: number;
}

export interface Place extends ExternalPlace {
  readonly writer: string;
  /** What is kept of this object is not readable, although it looked so. */
  tellUnreadable(object: ObjectRef): void;
  /** @throws StoreAwayError `KOPF_STORE_AWAY`. StoreFormatError `KOPF_STORE_FORMAT`. */
  load(object: ObjectView): Promise<LoadedEntry>;
  close(): void;
}

/** Objects in one script: some milliseconds of Redis' time. */
const MOST_AT_ONCE = 500;

interface Asked {
  readonly object: ObjectView;
  readonly answer: Promise<LoadedEntry>;
  readonly resolve: (entry: LoadedEntry) => void;
  readonly reject: (error: unknown) => void;
}

export function createPlace(options: PlaceOptions): Place {
  const { connection, writer } = options;
  const memory: Memory = new Map();
  let prefix = options.cluster === undefined ? undefined : options.prefixOf(options.cluster);
  let asked = new Map<ObjectUid, Asked>();
  const prefixNow = (): string => {
    if (prefix === undefined) throw new BugError('Redis was asked before it was known which cluster this is.');
    return prefix;
  };
  const flush = (): void => {
    const batch = asked;
    asked = new Map();
    ask(batch, prefixNow());
  };
  const ask = (batch: ReadonlyMap<ObjectUid, Asked>, known: string): void => {
    for (const group of groupsOf([...batch.values()], connection.isOneNode))
      askGroup(options, { group, memory, prefix: known }).catch((error: unknown) => fail(group, error));
  };
  const sweeper = createSweeper(options, () => prefix);
  const load = (object: ObjectView): Promise<LoadedEntry> => {
    const { uid } = object.ref;
    const before = asked.get(uid);
    if (before) return before.answer;
    // Whatever is asked for in the same turn is one request.
    if (asked.size === 0) setImmediate(flush);
    const entry = withResolvers(object);
    asked.set(uid, entry);
    return entry.answer;
  };
  const write = (changes: readonly EntryChange[]): Promise<CommitResult> => commit(options, { changes, memory, prefix: prefixNow() });
  return {
    writer,
    load,
    tellUnreadable: (ref) => options.reports.tell('store-loss', new StoreLossError(placeText(ref), 'unreadable'), 'error'),
    commit: async (writes) => write(writes.map(({ payload }) => payload as EntryChange)),
    take: async (moved) => takeMoved(moved, await load(moved.object), { write, writer }),
    clear: async (object, _signal, { keepsMemo = false } = {}) => write([clearing(object.ref, await load(object), { writer, keepsMemo })]),
    reachable: (signal) => connection.reachable(signal),
    away: () => connection.away(),
    async begin(cluster, signal) {
      prefix ??= options.prefixOf(await cluster.uid(signal));
    },
    forget(ref) {
      memory.delete(ref.uid);
      sweeper.retire(ref.uid, options.forgetAfterMs);
    },
    sweep: (collection: ListedCollection) => sweeper.sweep(collection),
    close: () => sweeper.close(),
  };
}

function withResolvers(object: ObjectView): Asked {
  let settle: Pick<Asked, 'resolve' | 'reject'> | undefined;
  const answer = new Promise<LoadedEntry>((resolve, reject) => (settle = { resolve, reject }));
  answer.catch(() => undefined); // whoever asked twice waits once
  return { object, answer, resolve: (entry) => settle?.resolve(entry), reject: (error) => settle?.reject(error) };
}

function fail(group: readonly Asked[], error: unknown): void {
  for (const { reject } of group) reject(error);
}

/** A Cluster wants the keys of a script on one node. */
function groupsOf(all: readonly Asked[], isOneNode: boolean): readonly (readonly Asked[])[] {
  const groups = isOneNode ? [all] : [...byBucket(all).values()];
  return groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MOST_AT_ONCE) }, (_, index) =>
      group.slice(index * MOST_AT_ONCE, (index + 1) * MOST_AT_ONCE),
    ),
  );
}

function byBucket(all: readonly Asked[]): ReadonlyMap<number, Asked[]> {
  const buckets = new Map<number, Asked[]>();
  for (const one of all) {
    const bucket = bucketOf(one.object.ref.uid);
    const group = buckets.get(bucket);
    if (group) group.push(one);
    else buckets.set(bucket, [one]);
  }
  return buckets;
}

interface Asking {
  readonly group: readonly Asked[];
  readonly memory: Memory;
  readonly prefix: string;
}

async function askGroup(options: PlaceOptions, { group, memory, prefix }: Asking): Promise<void> {
  const keys = group.map(({ object }) => keysOf(prefix, object.ref.uid));
  const args = group.flatMap(({ object }) => {
    const isFirstSight = !memory.has(object.ref.uid);
    return [object.ref.uid, whereOf(object.ref), isFirstSight && options.showsOurs(object) ? '1' : ''];
  });
  const scriptKeys = [...keys.map(({ entry }) => entry), ...keys.map(({ known }) => known)];
  const answers = await options.connection.run('kopfLoad', scriptKeys, [options.isTool ? '' : options.writer, ...args]);
  const texts = Array.isArray(answers) ? (answers as readonly string[]) : [];
  group.forEach((one, index) => takeAnswer(options, memory, { one, answer: texts[index] ?? '' }));
}

function takeAnswer(options: PlaceOptions, memory: Memory, { one, answer }: { readonly one: Asked; readonly answer: string }): void {
  const { ref } = one.object;
  const known = memory.get(ref.uid);
  const found = interpret(answer, known, options.policy);
  if (found.kind === 'newer') {
    one.reject(new StoreFormatError(placeText(ref), found.format));
    return;
  }
  const { entry, loss } = found;
  if (loss !== undefined) options.reports.tell('store-loss', new StoreLossError(placeText(ref), loss), 'error');
  else memory.set(ref.uid, answer === '?0' ? (known ?? NEVER_SEEN) : learn(known, entry.stored));
  one.resolve(entry);
}

/** For the index: which collection an object belongs to. */
export function whereOf({ resource, namespace = '' }: ObjectRef): string {
  return `${resource.plural}.${resource.group}|${namespace}`;
}

interface Committing {
  readonly changes: readonly EntryChange[];
  readonly memory: Memory;
  readonly prefix: string;
}

/** All writes are of one object: each pass commits for itself. */
async function commit(options: PlaceOptions, { changes, memory, prefix }: Committing): Promise<CommitResult> {
  const [first] = changes;
  if (first === undefined) return 'done';
  const { object } = first;
  const { entry, known } = keysOf(prefix, object.uid);
  // The first that has it: the progress store knows more of the records than one that only repairs them.
  const progress = changes.find((change) => change.progress !== undefined)?.progress;
  const essence = changes.find((change) => change.essence !== undefined)?.essence;
  const memo = changes.find((change) => change.memo !== undefined)?.memo;
  const earlier = ` ${first.earlier.join(' ')} `;
  const args = [object.uid, whereOf(object), ...[progress, essence, memo].flatMap((part) => partArgs(part, earlier))];
  const answer = await options.connection.run('kopfCommit', [entry, known], args);
  if (answer === 'format') throw new StoreFormatError(placeText(object), 'that is newer');
  if (answer !== 'done') {
    options.reports.tell('store-conflict', new StoreConflictError(placeText(object)), 'error');
    return 'newer-exists';
  }
  const before = memory.get(object.uid) ?? NEVER_SEEN;
  const { progressVersion, essenceVersion, memoVersion, records } = before;
  const had: Entry = { progressVersion, essenceVersion, memoVersion, records, essence: undefined, memo: undefined };
  const after = learn(before, { ...had, ...progress?.entry, ...essence?.entry, ...memo?.entry });
  memory.set(object.uid, essence === undefined ? { ...after, essenceHash: before.essenceHash } : after);
  return 'done';
}

function partArgs(part: PartChange | undefined, earlier: string): readonly string[] {
  return part === undefined ? ['', '', '', ''] : [part.on, earlier, part.version, part.text];
}
