import { withoutSecrets, type HandlerId, type Json, type ObjectView, type ProgressRecord } from '@kopfts/core';
import { EXIT_ERROR, EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { ObjectMissingError, UsageError } from '../errors.js';
import { loadForReading, type ReadingOptions } from '../load-for-reading.js';
import { jsonText, table } from '../output.js';
import { clearObject } from '../state/clear-object.js';
import { parseObjectName } from '../cluster/object-name.js';
import { findObject, handledKinds, objectsOf } from '../state/find-objects.js';
import { findStore, leavesOf } from '../state/find-stores.js';
import { hideSecrets, hideSecretsOfEssence } from '../state/hide-secrets.js';
import { moveObject, type Move, type Moved } from '../state/move-object.js';
import { withState, type OpenedState } from '../state/open-state.js';
import { readState } from '../state/read-state.js';

export interface StateOptions extends ReadingOptions {
  readonly dryRun?: boolean;
}

export interface MoveOptions extends StateOptions {
  readonly from: string;
  readonly to: string;
  readonly remove?: boolean;
}

/** `kopf state show`: what the stores of the operator have of one object, without what may be secret in it. */
export async function showState(io: CliIo, name: string, options: StateOptions): Promise<number> {
  const found = await withObject(io, { name, options }, async ({ stores, object, changeIds }, signal) =>
    Promise.all(
      stores.map(async (store) => {
        const { records, essence = null, memo = null, isLost } = await readState(store, { object, changeIds }, signal);
        return {
          store: store.name,
          lost: isLost,
          progress: shownRecords(records),
          lastHandled: hideSecretsOfEssence(essence, object.ref.resource),
          memo: hideSecrets(memo),
        };
      }),
    ),
  );
  if (options.output === 'json') io.stdout(jsonText({ object: name, stores: found }));
  else io.stdout(found.map(storeText).join(''));
  return EXIT_OK;
}

/** Ids of handlers are no names of fields: whatever they are called, their records are shown. */
function shownRecords(records: ReadonlyMap<HandlerId, ProgressRecord>): Shown['progress'] {
  const message = (text: string | undefined) => (text === undefined ? undefined : withoutSecrets(text));
  return Object.fromEntries([...records].map(([id, record]) => [id, { ...record, message: message(record.message) }]));
}

function storeText({ store, lost, progress, lastHandled, memo }: Shown): string {
  const rows = [
    ...Object.entries(progress).map(([id, record]) => [`  progress of '${id}'`, JSON.stringify(record)]),
    ['  handled last', lost ? 'lost' : lastHandled === null ? 'never' : JSON.stringify(lastHandled)],
    ...(memo === null ? [] : [['  memo', JSON.stringify(memo)]]),
  ];
  return `${store}\n${table(rows).join('\n')}\n`;
}

interface Shown {
  readonly store: string;
  readonly lost: boolean;
  readonly progress: Readonly<Record<HandlerId, ProgressRecord>>;
  readonly lastHandled: Json;
  readonly memo: Json;
}

/** `kopf state clear`: the stores forget one object; an operator handles it as a new one. */
export async function clearState(io: CliIo, name: string, options: StateOptions): Promise<number> {
  const results = await withObject(io, { name, options }, async ({ client, stores, object }, signal) => {
    const cleared: { readonly store: string; readonly result: string }[] = [];
    for (const store of stores)
      cleared.push({
        store: store.name,
        result: options.dryRun === true ? 'would be cleared' : await clearObject({ client, store, object }, signal),
      });
    return cleared;
  });
  const isDone = results.every(({ result }) => result !== 'busy');
  if (options.output === 'json') io.stdout(jsonText({ object: name, dryRun: options.dryRun === true, stores: results }));
  else io.stdout(`${table(results.map(({ store, result }) => [store, result])).join('\n')}\n`);
  return isDone ? EXIT_OK : EXIT_ERROR;
}

interface OneObject extends OpenedState {
  readonly object: ObjectView;
  readonly changeIds: readonly HandlerId[];
}

async function withObject<T>(
  io: CliIo,
  { name, options }: { readonly name: string; readonly options: StateOptions },
  work: (one: OneObject, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const at = parseObjectName(name);
  const { config } = await loadForReading(io, [], options);
  return withState({ config, cluster: options, plugins: leavesOf(config.plugins) }, async (state, signal) => {
    const [kind] = await handledKinds(state.client, { config, kinds: [at.kind] }, signal);
    const object = kind && (await findObject(state.client, { resource: kind.resource, at }, signal));
    if (object === undefined) throw new ObjectMissingError(name);
    return work({ ...state, object, changeIds: kind?.changeIds ?? [] }, signal);
  });
}

/** `kopf state move`: what one store has of all objects goes to another, while the operator runs with both. */
export async function moveState(io: CliIo, kinds: readonly string[], options: MoveOptions): Promise<number> {
  if (options.from === options.to) throw new UsageError('--from and --to name the same store.');
  const { config } = await loadForReading(io, [], options);
  const plugins = [await findStore(config, options.from), await findStore(config, options.to)];
  const counts: Record<Moved, number> = { moved: 0, removed: 0, there: 0, nothing: 0, busy: 0 };
  await withState({ config, cluster: options, plugins }, async ({ client, stores }, signal) => {
    const [from, to] = stores;
    if (from === undefined || to === undefined)
      throw new UsageError('--from and --to name plugins that keep progress or what was handled last.');
    for (const { resource, changeIds } of await handledKinds(client, { config, kinds }, signal)) {
      const objects = await objectsOf(client, { resource, config }, signal);
      const base = { client, from, to, changeIds, removes: options.remove === true, isDryRun: options.dryRun === true };
      for (const result of await moveAll(
        objects.map((object) => ({ ...base, object, now: io.now() })),
        signal,
      ))
        counts[result] += 1;
    }
  });
  if (options.output === 'json')
    io.stdout(jsonText({ from: options.from, to: options.to, dryRun: options.dryRun === true, objects: counts }));
  else io.stdout(movedText(options, counts));
  return counts.busy === 0 ? EXIT_OK : EXIT_ERROR;
}

/** At once: enough to keep a server and a store busy, too few to keep others out. */
const AT_ONCE = 50;

async function moveAll(moves: readonly Move[], signal: AbortSignal): Promise<readonly Moved[]> {
  const results: Moved[] = [];
  for (let start = 0; start < moves.length; start += AT_ONCE)
    results.push(...(await Promise.all(moves.slice(start, start + AT_ONCE).map((move) => moveObject(move, signal)))));
  return results;
}

function movedText({ from, to, dryRun = false }: MoveOptions, { moved, removed, there, nothing, busy }: Record<Moved, number>): string {
  const rows = [
    [dryRun ? 'would be moved' : 'moved', String(moved)],
    [dryRun ? 'would be removed' : 'removed', String(removed)],
    ['there already', String(there)],
    ['nothing stored', String(nothing)],
    ['at work', String(busy)],
  ];
  const advice = busy === 0 ? '' : 'Handlers are at work on some objects: run it again when they have ended.\n';
  return `Objects from ${from} to ${to}:\n${table(rows).join('\n')}\n${advice}`;
}
