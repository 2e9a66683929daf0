import { finalizerOperations } from '../cause/finalizer.js';
import type { HandlerId } from '../model/ids.js';
import { isJsonObject, presentKeys, type Json, type JsonObject } from '../model/json.js';
import type { ObjectWrite } from '../model/object-write.js';
import type { ObjectBody, ObjectRef } from '../model/object.js';
import type { JsonPatchOperation, MergePatch } from '../model/patch.js';
import { differenceOperations, differencePatch } from './difference.js';
import { guardedOperations, mergePatchToOperations } from './json-patch.js';
import { toJson } from './json-value.js';
import { applyMergePatch, composeMergePatches, isEmptyPatch, mergePatchEffect } from './merge-patch.js';

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
  /** Progress and diff base: never before the results (design 6.8), and never over what somebody else put there meanwhile (decision 37). */
  readonly bookkeeping: MergePatch;
  readonly finalizer?: FinalizerChange | undefined;
  /** What functions made of `mergedState` of this input; absent without functions (decision 14). */
  readonly transformed?: ObjectBody | undefined;
  /** What bookkeeping and the operations of functions are bound to: what they replace, or the version as a whole. Default `values`. */
  readonly guard?: 'values' | 'version' | undefined;
}

/** A request, and the weightiest thing in it. `refresh` changes nothing: it is never planned, the engine sends it to read. */
export interface PlannedWrite {
  readonly write: ObjectWrite;
  readonly why: 'results' | 'progress' | 'finalizer' | 'refresh';
  /** What the answer has to show, as a merge patch; without our finalizer. */
  readonly wanted: MergePatch;
  /** Some of the bookkeeping is in it. */
  readonly hasNotes: boolean;
}

/**
 * The requests of a pass, in the order in which they must go; none if nothing changes (design 6.7, 6.8).
 *
 * Guarantees: at most one request per endpoint; each is bound to the uid; results go before the diff base, so that a crash
 * in between repeats a handler but loses nothing; the removal of the finalizer goes last, because the object may vanish with it.
 */
export function planWrites(input: WriteInput): readonly PlannedWrite[] {
  const { bookkeeping: notes } = input;
  const results = withoutOverwritten(input.results, notes);
  if (!input.statusSubresource) return mainWrites(input, { results, notes });
  const ofStatus = statusWrites(input, { results: stanza(results, 'status'), notes: stanza(notes, 'status') });
  const ofMain = mainWrites(input, { results: without(results, 'status'), notes: without(notes, 'status') });
  // Where the stores put something goes last, for that is the diff base, or progress: taking records away is no reason to send
  // results later. But nothing goes after the removal of the finalizer: the object may vanish with it.
  const isStatusLast =
    putsSomething(mergePatchEffect(input.body, stanza(input.bookkeeping, 'status'))) && input.finalizer?.change !== 'remove';
  return isStatusLast ? [...ofMain, ...ofStatus] : [...ofStatus, ...ofMain];
}

/** What bookkeeping says otherwise has no use, and would be written and overwritten each time. */
function withoutOverwritten(results: MergePatch, notes: MergePatch): MergePatch {
  let left = results;
  for (const key of presentKeys(notes)) {
    if (!Object.hasOwn(left, key)) continue;
    const [first, second] = [left[key], notes[key]];
    const inner = isJsonObject(first) && isJsonObject(second) ? withoutOverwritten(first, second) : {};
    if (inner !== first) left = isEmptyPatch(inner) ? without(left, key) : { ...left, [key]: inner };
  }
  return left;
}

/** The state that functions get a copy of: with everything merged in that does not come from functions. */
export function mergedState({ body, results, bookkeeping, finalizer }: WriteInput): ObjectBody {
  const everything = composeMergePatches(results, bookkeeping);
  const effect = mergePatchEffect(body, finalizer === undefined ? everything : withFinalizer(everything, finalizer));
  return effect === undefined ? body : applyMergePatch<ObjectBody>(body, effect);
}

/** What is to be merged at one endpoint. */
interface MergedPart {
  readonly results: MergePatch;
  /** Of the bookkeeping. */
  readonly notes: MergePatch;
}

/** What functions changed of one endpoint's part of the object. */
interface FunctionPart {
  readonly operations: readonly JsonPatchOperation[];
  readonly patch: MergePatch | undefined;
}

const NOTHING: FunctionPart = { operations: [], patch: undefined };

function functionPart(input: WriteInput, endpoint: 'main' | 'status'): FunctionPart {
  if (input.transformed === undefined) return NOTHING;
  const part = (body: ObjectBody): JsonObject => {
    if (!input.statusSubresource) return body;
    const { status, ...main } = body;
    if (endpoint === 'main') return main;
    return status === undefined ? {} : { status };
  };
  const from = part(mergedState(input));
  const to = part(input.transformed);
  return { operations: bound(input, differenceOperations(from, to)), patch: differencePatch(from, to) };
}

/** After the results, of which there may be some at the same place. */
function noteOperations(input: WriteInput, { results, notes }: MergedPart): readonly JsonPatchOperation[] {
  if (isEmptyPatch(notes)) return [];
  const effect = mergePatchEffect(input.body, results);
  const after = effect === undefined ? input.body : applyMergePatch<ObjectBody>(input.body, effect);
  return bound(input, guardedOperations(after, notes));
}

function bound({ guard, body }: WriteInput, operations: readonly JsonPatchOperation[]): readonly JsonPatchOperation[] {
  return guard === 'version' ? boundToVersion(operations, body) : operations;
}

/** For servers that write a value otherwise than we do, and so never find it equal: the tests make way for one of the version. */
function boundToVersion(operations: readonly JsonPatchOperation[], body: ObjectBody): readonly JsonPatchOperation[] {
  const changes = operations.filter(({ op }) => op !== 'test');
  if (changes.length === 0) return [];
  return [{ op: 'test', path: '/metadata/resourceVersion', value: body.metadata.resourceVersion }, ...changes];
}

/** `/status` ignores the uid of merge patches, so it is a JSON patch that tests it. */
function statusWrites(input: WriteInput, part: MergedPart): readonly PlannedWrite[] {
  const { body, ref } = input;
  const { results, notes } = part;
  if (isEmptyPatch(results) && isEmptyPatch(notes) && input.transformed === undefined) return [];
  const ofFunctions = functionPart(input, 'status');
  const ofNotes = noteOperations(input, part);
  const operations = [...mergePatchToOperations(body, results), ...ofNotes, ...ofFunctions.operations];
  if (operations.length === 0) return [];
  const merged = mergePatchEffect(body, composeMergePatches(results, notes)) ?? {};
  const why = mergePatchEffect(body, notes) === undefined ? 'results' : 'progress';
  const write: ObjectWrite = { kind: 'json', ref, endpoint: 'status', operations: [sameObject(ref), ...operations] };
  return [{ write, why, wanted: composeMergePatches(merged, ofFunctions.patch ?? {}), hasNotes: ofNotes.length > 0 }];
}

function mainWrites(given: WriteInput, { results, notes }: MergedPart): readonly PlannedWrite[] {
  if (isEmptyPatch(results) && isEmptyPatch(notes) && given.finalizer === undefined && given.transformed === undefined) return [];
  const input = withOurFinalizer(given);
  const { body, ref, finalizer } = input;
  const own = finalizer === undefined ? [] : finalizerOperations(body, finalizer.name, finalizer.change);
  const merging = finalizer === undefined ? results : withFinalizer(results, finalizer);
  const effect = mergePatchEffect(body, composeMergePatches(merging, notes));
  const ofNotes = noteOperations(input, { results: merging, notes });
  const hasNotes = ofNotes.length > 0;
  const ofFunctions = functionPart(input, 'main');
  const wanted = composeMergePatches(effect ?? {}, ofFunctions.patch ?? {});
  // Whoever writes the list of finalizers as a whole gets ours into (or out of) this list.
  const isListGiven = merging !== results || setsFinalizers(ofFunctions.patch);
  const why = isListGiven && finalizer !== undefined ? 'finalizer' : isProgress(input) ? 'progress' : 'results';
  const leaves = (): readonly JsonPatchOperation[] => [
    ...mergePatchToOperations(body, bindless(merging)),
    ...ofNotes,
    ...ofFunctions.operations,
  ];
  if (own.length > 0 && !isListGiven) {
    const operations = withLeaves(own, leaves());
    return [{ write: { kind: 'json', ref, endpoint: 'main', operations }, why: 'finalizer', wanted, hasNotes }];
  }
  if (hasNotes || ofFunctions.operations.length > 0) {
    return [{ write: { kind: 'json', ref, endpoint: 'main', operations: [sameObject(ref), ...leaves()] }, why, wanted, hasNotes }];
  }
  if (effect === undefined) return [];
  const metadata = isJsonObject(effect['metadata']) ? effect['metadata'] : {};
  return [{ write: { kind: 'merge', ref, patch: { ...effect, metadata: { ...metadata, uid: ref.uid } } }, why, wanted, hasNotes }];
}

/** Functions that change the list of finalizers, too: the change of ours is made in what they leave. */
function withOurFinalizer(input: WriteInput): WriteInput {
  const { transformed, finalizer } = input;
  if (transformed === undefined || finalizer === undefined || !setsFinalizers(functionPart(input, 'main').patch)) return input;
  const list = transformed.metadata.finalizers ?? [];
  const patched = withFinalizer({ metadata: { finalizers: [...list] } }, finalizer);
  return { ...input, transformed: applyMergePatch<ObjectBody>(transformed, patched) };
}

function setsFinalizers(patch: MergePatch | undefined): boolean {
  return isJsonObject(patch?.['metadata']) && patch['metadata']['finalizers'] !== undefined;
}

function isProgress({ body, bookkeeping, statusSubresource }: WriteInput): boolean {
  const { status, ...rest } = bookkeeping;
  return mergePatchEffect(body, statusSubresource || status === undefined ? rest : { ...rest, status }) !== undefined;
}

/** Tests, then the leaves, then the finalizer: with it the object may vanish. */
function withLeaves(own: readonly JsonPatchOperation[], leaves: readonly JsonPatchOperation[]): readonly JsonPatchOperation[] {
  const tests = own.filter(({ op }) => op === 'test');
  const changes = own.filter(({ op }) => op !== 'test');
  return [...tests, ...leaves, ...changes];
}

/** Whom a write is for is not for handlers to say. */
function bindless(patch: MergePatch): MergePatch {
  const metadata = patch['metadata'];
  return isJsonObject(metadata) && metadata['uid'] !== undefined ? { ...patch, metadata: without(metadata, 'uid') } : patch;
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

function without(patch: MergePatch, key: string): MergePatch {
  const { [key]: left, ...rest } = patch;
  return left === undefined ? patch : rest;
}

function stanza(patch: MergePatch, key: string): MergePatch {
  const value = patch[key];
  return value === undefined ? {} : { [key]: value };
}

/**
 * What a handler leaves behind: its patch, and what it returned, in the status under its full id as one key (spec RS-01..RS-04). Nothing for
 * null and undefined. A mapping is merged into what the patch has there, one level deep.
 *
 * @throws NotJsonError `KOPF_NOT_JSON` naming the path.
 */
export function withResult(patch: MergePatch, id: HandlerId, result: unknown): MergePatch {
  if (result === undefined || result === null) return patch;
  const own = toJson(result, `the result of '${id}'`);
  const status = isJsonObject(patch['status']) ? patch['status'] : {};
  const before = Object.hasOwn(status, id) ? status[id] : undefined;
  return { ...patch, status: { ...status, [id]: isJsonObject(before) && isJsonObject(own) ? { ...before, ...own } : own } };
}
