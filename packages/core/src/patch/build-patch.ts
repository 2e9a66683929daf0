import { finalizerOperations } from '../cause/finalizer.js';
import type { HandlerId } from '../model/ids.js';
import { isJsonObject, presentKeys, type Json } from '../model/json.js';
import type { ObjectWrite } from '../model/object-write.js';
import type { ObjectBody, ObjectRef } from '../model/object.js';
import type { JsonPatchOperation, MergePatch } from '../model/patch.js';
import { mergePatchToOperations } from './json-patch.js';
import { toJson } from './json-value.js';
import { composeMergePatches, mergePatchEffect } from './merge-patch.js';

export interface FinalizerChange {
  readonly name: string;
  readonly change: 'add' | 'remove';
}

/** Everything that a pass wants to be written. */
export interface WriteInput {
  /** The newest known. */
  readonly body: ObjectBody;
  readonly ref: ObjectRef;
  /** The kind serves `/status`: then `status` is written there, and only there. */
  readonly statusSubresource: boolean;
  /** What handlers returned and put into `patch`. */
  readonly results: MergePatch;
  /** Progress and diff base: never before the results (design 6.8). */
  readonly bookkeeping: MergePatch;
  readonly finalizer?: FinalizerChange | undefined;
}

/** A request, and the weightiest thing in it. `refresh` changes nothing: it is never planned, the engine sends it to read. */
export interface PlannedWrite {
  readonly write: ObjectWrite;
  readonly why: 'results' | 'progress' | 'finalizer' | 'refresh';
}

/**
 * The requests of a pass, in the order in which they must go; none if nothing changes (design 6.7, 6.8).
 *
 * Guarantees: at most one request per endpoint; each is bound to the uid; results go before the diff base, so that a crash
 * in between repeats a handler but loses nothing; the removal of the finalizer goes last, because the object may vanish with it.
 */
export function planWrites(input: WriteInput): readonly PlannedWrite[] {
  const everything = composeMergePatches(input.results, input.bookkeeping);
  if (!input.statusSubresource) return mainWrites(input, everything);
  const { status, ...rest } = everything;
  const ofStatus = status === undefined ? [] : statusWrites(input, { status });
  const ofMain = mainWrites(input, rest);
  // Where the stores put something goes last, for that is the diff base, or progress: taking records away is no reason to send
  // results later. But nothing goes after the removal of the finalizer: the object may vanish with it.
  const isStatusLast =
    putsSomething(mergePatchEffect(input.body, stanza(input.bookkeeping, 'status'))) && input.finalizer?.change !== 'remove';
  return isStatusLast ? [...ofMain, ...ofStatus] : [...ofStatus, ...ofMain];
}

/** `/status` ignores the uid of merge patches, so it is a JSON patch that tests it. */
function statusWrites({ body, ref, bookkeeping }: WriteInput, patch: MergePatch): readonly PlannedWrite[] {
  const operations = mergePatchToOperations(body, patch, { guards: [sameObject(ref)] });
  if (operations.length === 0) return [];
  const isProgress = mergePatchEffect(body, stanza(bookkeeping, 'status')) !== undefined;
  return [{ write: { kind: 'json', ref, endpoint: 'status', operations }, why: isProgress ? 'progress' : 'results' }];
}

function mainWrites(input: WriteInput, patch: MergePatch): readonly PlannedWrite[] {
  const { body, ref, finalizer } = input;
  const own = finalizer === undefined ? [] : finalizerOperations(body, finalizer.name, finalizer.change);
  const wanted = finalizer === undefined ? patch : withFinalizer(patch, finalizer);
  const effect = mergePatchEffect(body, wanted);
  // Whoever writes the list of finalizers as a whole gets ours into (or out of) this list.
  const isListGiven = wanted !== patch;
  if (own.length > 0 && !isListGiven) {
    return [{ write: { kind: 'json', ref, endpoint: 'main', operations: withLeaves(own, body, effect ?? {}) }, why: 'finalizer' }];
  }
  if (effect === undefined) return [];
  const metadata = isJsonObject(effect['metadata']) ? effect['metadata'] : {};
  const write: ObjectWrite = { kind: 'merge', ref, patch: { ...effect, metadata: { ...metadata, uid: ref.uid } } };
  return [{ write, why: isListGiven ? 'finalizer' : isProgress(input) ? 'progress' : 'results' }];
}

function isProgress({ body, bookkeeping, statusSubresource }: WriteInput): boolean {
  const { status, ...rest } = bookkeeping;
  return mergePatchEffect(body, statusSubresource || status === undefined ? rest : { ...rest, status }) !== undefined;
}

/** Tests, then the leaves, then the finalizer: with it the object may vanish. */
function withLeaves(own: readonly JsonPatchOperation[], body: ObjectBody, effect: MergePatch): readonly JsonPatchOperation[] {
  const tests = own.filter(({ op }) => op === 'test');
  const changes = own.filter(({ op }) => op !== 'test');
  return [...tests, ...mergePatchToOperations(body, effect), ...changes];
}

/** If a patch sets the whole list of finalizers, the change of ours is made in that list. */
function withFinalizer(patch: MergePatch, { name, change }: FinalizerChange): MergePatch {
  const metadata = patch['metadata'];
  const given = isJsonObject(metadata) ? metadata['finalizers'] : undefined;
  if (given === undefined || !isJsonObject(metadata)) return patch;
  const others = (Array.isArray(given) ? (given as readonly Json[]) : []).filter((item) => item !== name);
  return { ...patch, metadata: { ...metadata, finalizers: change === 'add' ? [...others, name] : others } };
}

/** Not only deletions. */
function putsSomething(effect: Json | undefined): boolean {
  if (!isJsonObject(effect)) return effect !== undefined && effect !== null;
  return presentKeys(effect).some((key) => putsSomething(effect[key]));
}

function sameObject(ref: ObjectRef): JsonPatchOperation {
  return { op: 'test', path: '/metadata/uid', value: ref.uid };
}

function stanza(patch: MergePatch, key: string): MergePatch {
  const value = patch[key];
  return value === undefined ? {} : { [key]: value };
}

/**
 * What a handler returned, for the status: under its full id as one key (spec RS-01..RS-04). Nothing for null and undefined.
 *
 * @throws NotJsonError `KOPF_NOT_JSON` naming the path.
 */
export function resultPatch(id: HandlerId, result: unknown): MergePatch | undefined {
  if (result === undefined || result === null) return undefined;
  return { status: { [id]: toJson(result, `the result of '${id}'`) } };
}
