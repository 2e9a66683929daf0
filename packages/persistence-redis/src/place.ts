// Where both stores keep what they keep: one entry per object, one round trip per load and per commit.
import { BugError } from '@kopfts/core';
import type { CommitResult, ExternalPlace, ListedCollection, ObjectRef, ObjectView } from '@kopfts/core';
import { createCompletion, type Completion } from './completion.js';
import type { Connection } from './connection.js';
import { EMPTY, type Entry } from './entry.js';
import type { EntryChange, PartChange } from './entry-change.js';
import { StoreConflictError, StoreFormatError, StoreLossError } from './errors.js';
import { bucketOf, createKeyNames, type KeyNames } from './key.js';
import { interpret, type LoadedEntry, type LossPolicy } from './loaded.js';
import { indexesOf, loadRequest, whereOf } from './load-request.js';
import { hadSomething, learn, NEVER_SEEN, type Memory } from './memory.js';
import { clearing, takeMoved } from './moves.js';
import { placeText, type Reports } from './reports.js';
import { createRestorer, type Restorer } from './restorer.js';
import { createRounds, type Answer } from './rounds.js';
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
  /** It is older than this life: what shows that it is ours may be of an earlier one, and not of an event handler that was faster than this look. */
  readonly mayBeKnown: (object: ObjectView) => boolean;
  /** What is left of an object that is gone, ms. */
  readonly forgetAfterMs: number;
  readonly sweepAfterMs: number;
}

export interface Place extends ExternalPlace {
  readonly writer: string;
  /** What is kept of this object is not readable, although it looked so. */
  tellUnreadable(object: ObjectRef): void;
  /** @throws StoreAwayError `KOPF_STORE_AWAY`. StoreFormatError `KOPF_STORE_FORMAT`. */
  load(objects: readonly ObjectView[]): Promise<readonly LoadedEntry[]>;
  close(): void;
}

export function createPlace(options: PlaceOptions): Place {
  const { connection, writer } = options;
  const memory: Memory = new Map();
  let keys = options.cluster === undefined ? undefined : createKeyNames(options.prefixOf(options.cluster));
  const keysNow = (): KeyNames => {
    if (keys === undefined) throw new BugError('Redis was asked before it was known which cluster this is.');
    return keys;
  };
  const restorer = createRestorer({ connection, writer, memory, keysNow, isComplete: (index) => completion.isComplete(index) });
  const completion = createCompletion({ connection, writer, memory, keysNow, restore: (index) => restorer.restore(index) });
  const rounds = createRounds({
    partOf: connection.isOneNode ? () => 0 : bucketOf,
    ask: async (objects) => askFor(options, { objects, memory, keys: keysNow(), restorer, completion }),
  });
  const sweeper = createSweeper(options, () => keys);
  const loadOne = async (object: ObjectView): Promise<LoadedEntry> => {
    const [entry] = await rounds.load([object]);
    if (entry === undefined) throw new BugError('Redis was asked for an object, and nothing was answered.');
    return entry;
  };
  const write = (changes: readonly EntryChange[]): Promise<CommitResult> => commit(options, { changes, memory, keys: keysNow() });
  return {
    writer,
    load: (objects) => rounds.load(objects),
    tellUnreadable: (ref) => options.reports.tell('store-loss', new StoreLossError(placeText(ref), 'unreadable'), 'error'),
    commit: async (writes) => write(writes.map(({ payload }) => payload as EntryChange)),
    take: async (moved) => takeMoved(moved, await loadOne(moved.object), { write, writer }),
    clear: async (object, _signal, { keepsMemo = false } = {}) =>
      write([clearing(object.ref, await loadOne(object), { writer, keepsMemo })]),
    reachable: (signal) => connection.reachable(signal),
    away: () => connection.away(),
    async begin(cluster, signal) {
      keys ??= createKeyNames(options.prefixOf(await cluster.uid(signal)));
    },
    forget(ref) {
      memory.delete(ref.uid);
      completion.looked(ref.uid);
      sweeper.retire(ref.uid, options.forgetAfterMs);
    },
    listed: (uids) => completion.listed(uids),
    sweep: (collection: ListedCollection) => sweeper.sweep(collection),
    close: () => sweeper.close(),
  };
}

interface Asking {
  readonly objects: readonly ObjectView[];
  readonly memory: Memory;
  readonly keys: KeyNames;
  readonly restorer: Restorer;
  readonly completion: Completion;
}

async function askFor(options: PlaceOptions, { objects, memory, keys, restorer, completion }: Asking): Promise<readonly Answer[]> {
  const { isTool, writer, showsOurs, mayBeKnown, connection } = options;
  const isOurs = (object: ObjectView): boolean => {
    const known = memory.get(object.ref.uid);
    return known === undefined ? mayBeKnown(object) && showsOurs(object) : hadSomething(known);
  };
  const { scriptKeys, args, indexes, wheres } = loadRequest(objects, { keys, isOurs, isTold: restorer.isTold });
  const answers = await connection.run('kopfLoad', scriptKeys, [isTool ? '' : writer, ...args]);
  const texts = Array.isArray(answers) ? (answers as readonly string[]) : [];
  const entries = objects.map(({ ref }, index) =>
    takeAnswer(options, memory, { ref, where: wheres[index] ?? '', answer: texts[index] ?? '' }),
  );
  for (const { ref } of objects) if (memory.has(ref.uid)) completion.looked(ref.uid);
  const [lost = '', unfinished = ''] = (texts[objects.length] ?? '').split(' ');
  restorer.told(indexes, indexesOf(lost, indexes));
  completion.unfinished(indexesOf(unfinished, indexes));
  return entries;
}

interface Answered {
  readonly ref: ObjectRef;
  readonly where: string;
  readonly answer: string;
}

function takeAnswer(options: PlaceOptions, memory: Memory, { ref, where, answer }: Answered): Answer {
  const known = memory.get(ref.uid);
  const found = interpret(answer, known, options.policy);
  if (found.kind === 'newer') return new StoreFormatError(placeText(ref), found.format);
  const { entry, loss } = found;
  if (loss !== undefined) options.reports.tell('store-loss', new StoreLossError(placeText(ref), loss), 'error');
  if (loss !== undefined) memory.set(ref.uid, known ?? { ...NEVER_SEEN, where, isLost: true });
  else memory.set(ref.uid, answer === '?0' ? (known ?? { ...NEVER_SEEN, where }) : learn(known, entry.stored, where));
  return entry;
}

interface Committing {
  readonly changes: readonly EntryChange[];
  readonly memory: Memory;
  readonly keys: KeyNames;
}

/** All writes are of one object: each pass commits for itself. */
async function commit(options: PlaceOptions, { changes, memory, keys }: Committing): Promise<CommitResult> {
  const [first] = changes;
  if (first === undefined) return 'done';
  const { object } = first;
  const { entry, known } = keys.of(object.uid);
  // The first that has it: the progress store knows more of the records than one that only repairs them.
  const progress = changes.find((change) => change.progress !== undefined)?.progress;
  const essence = changes.find((change) => change.essence !== undefined)?.essence;
  const memo = changes.find((change) => change.memo !== undefined)?.memo;
  const earlier = ` ${first.earlier.join(' ')} `;
  const objectVersion = changes.find((change) => change.essence !== undefined)?.objectVersion ?? '';
  const where = whereOf(object);
  const args = [object.uid, where, ...[progress, essence, memo].flatMap((part) => partArgs(part, earlier)), objectVersion];
  const answer = await options.connection.run('kopfCommit', [entry, known], args);
  if (answer === 'format') throw new StoreFormatError(placeText(object), 'that is newer');
  if (answer !== 'done') {
    options.reports.tell('store-conflict', new StoreConflictError(placeText(object)), 'error');
    return 'newer-exists';
  }
  const before = memory.get(object.uid) ?? NEVER_SEEN;
  const { progressVersion, essenceVersion, memoVersion, records } = before;
  const had: Entry = { ...EMPTY, progressVersion, essenceVersion, memoVersion, records };
  const after = learn(before, { ...had, ...progress?.entry, ...essence?.entry, ...memo?.entry }, where);
  memory.set(object.uid, essence === undefined ? { ...after, essenceHash: before.essenceHash } : after);
  return 'done';
}

function partArgs(part: PartChange | undefined, earlier: string): readonly string[] {
  return part === undefined ? ['', '', '', ''] : [part.on, earlier, part.version, part.text];
}
