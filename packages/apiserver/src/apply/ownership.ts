// Keeps `metadata.managedFields` with every write, and answers server-side apply. Entries are stored as they are answered: reading them
// again is a look into a cache, and a write that moves no ownership leaves the very same list in place.

import { badRequest, untyped } from '../errors.js';
import type { Resource } from '../kind/resource.js';
import { apiVersionOf } from '../kind/resource.js';
import { metaOf, timestamp, withMeta } from '../meta/object-meta.js';
import type { JsonArray, JsonObject, JsonValue } from '../store/json-value.js';
import { EMPTY, deepEqual, isArray, isObject, own, withoutKey } from '../store/json-value.js';
import { applyConflict } from './apply-conflict.js';
import { configurationProblems, shownProblems } from './check-configuration.js';
import type { FieldSet } from './field-set.js';
import type { FieldType } from './field-type.js';
import { KnownMoves } from './known-moves.js';
import { mayTakeFromClientSideApply, withLastApplied } from './last-applied.js';
import type { ApplyWrite, OwnedWrite } from './owned-write.js';
import type { Applied, Writer } from './own-fields.js';
import { ownByApply, ownByUpdate } from './own-fields.js';
import { ObjectVersions } from './object-versions.js';
import type { Owners } from './owners.js';
import { NO_OWNERS, isReset, readOwners, writeOwners } from './owners.js';
import { resetFields } from './reset-fields.js';
import { RecentMap } from '../recent-map.js';
import { NoSuchFormError, Transfer, UpToDate } from './transfer.js';

/** The writer of everything that an object had before its owners were kept. */
const BEFORE_FIRST_APPLY = 'before-first-apply';
const NOBODY = 'unknown';
/** So many lists of owners are kept as they were read; others are read again. */
const MOST_READ = 2_000;

export interface OwnershipOptions {
  now(): number;
  /** All resources that are served: the versions that owners may speak. */
  resources(): readonly Resource[];
}

export class Ownership {
  readonly #options: OwnershipOptions;
  readonly #versions: ObjectVersions;
  readonly #read = new RecentMap<JsonArray, Owners>(MOST_READ);
  #second = Number.NaN;
  #timeOfSecond = '';
  readonly #upToDate = new UpToDate();
  readonly #moves = new KnownMoves();
  readonly #sets = new RecentMap<string, FieldSet>(MOST_READ);

  constructor(options: OwnershipOptions) {
    this.#options = options;
    this.#versions = new ObjectVersions(() => options.resources());
  }

  /** The body of a new object with its owner. */
  create(write: OwnedWrite, body: JsonObject): JsonObject {
    return this.#track(write, { live: undefined, next: body });
  }

  /** The body of a changed object with its owners; bodies are in the form of the store. */
  update(write: OwnedWrite, live: JsonObject, next: JsonObject): JsonObject {
    return this.#track(write, { live, next });
  }

  #track(write: OwnedWrite, { live, next }: { live: JsonObject | undefined; next: JsonObject }): JsonObject {
    const { resource } = write;
    const owners = this.#ownersFor(write, { live, next });
    if (owners.size === 0 && live !== undefined) return withEntries(next, undefined);
    if (!resource.isCustom && this.#keylessMembers(resource, live, next).length > 0) return withEntries(next, undefined);
    if (this.#isBeyondItsType(write, live, next)) return withEntries(next, undefined);
    const served = resource.rules.toServed(next);
    const before = live === undefined ? resource.rules.zero : resource.rules.toServed(live);
    try {
      return withEntries(next, this.#entriesAfter(owners, this.#writer(write), this.#change(write, before, served)));
    } catch (error) {
      // The real server prefers an object without owners to a refused write.
      if (error instanceof NoSuchFormError) return withEntries(next, undefined);
      throw error;
    }
  }

  #entriesAfter(owners: Owners, writer: Writer, transfer: Transfer): JsonArray | undefined {
    const changes = transfer.in(writer.apiVersion);
    const move = changes === undefined ? undefined : this.#moves.moveOf(owners, writer, changes);
    const known = move === undefined ? undefined : this.#moves.outcome(move);
    if (known !== undefined) return known.entries;
    const entries = this.#write(ownByUpdate(owners, writer, transfer));
    if (move !== undefined) this.#moves.remember(move, entries);
    return entries;
  }

  /**
   * The part of a custom resource that this endpoint ignores is never validated, and may have any form; then nobody owns anything any more.
   */
  #isBeyondItsType({ resource, subresource }: OwnedWrite, live: JsonObject | undefined, next: JsonObject): boolean {
    if (!resource.isCustom || !resource.hasStatus || subresource === 'scale') return false;
    const ignored = subresource === 'status' ? Object.keys(next).filter((key) => key !== 'status' && key !== 'metadata') : ['status'];
    const isKnown = (key: string): boolean => own(next, key) === undefined || own(next, key) === own(live ?? EMPTY, key);
    const unknown = ignored.filter((key) => !isKnown(key)).map((key) => [key, own(next, key) ?? null] as const);
    const problems = unknown.length === 0 ? [] : configurationProblems(Object.fromEntries(unknown), this.#versions.typeOf(resource));
    // Members that are there twice can be owned, as one.
    return problems.some((problem) => !problem.includes(': duplicate entries'));
  }

  /** Members of lists that lack the key by which they would be owned: then nothing of a built-in object can be. */
  #keylessMembers(resource: Resource, ...bodies: readonly (JsonObject | undefined)[]): readonly string[] {
    const fields = this.#versions.keyedLists(resource);
    if (fields.length === 0) return [];
    return bodies.flatMap((body) => fields.flatMap(([key, type]) => problemsOfField(body ?? EMPTY, key, type)));
  }

  /** Where a write starts from: what the client says, else what the object says. */
  #ownersFor({ resource, subresource }: OwnedWrite, { live, next }: { live: JsonObject | undefined; next: JsonObject }): Owners {
    const stored = entriesOf(live ?? EMPTY);
    const sent = entriesOf(next);
    if (subresource !== '' || sent === stored) return this.#ownersOf(stored) ?? NO_OWNERS;
    // Decoding a custom resource drops an empty list, so that only the empty entry asks for it there.
    if (isReset(sent) && !(resource.isCustom && sent?.length === 0)) return NO_OWNERS;
    const owners = this.#ownersOf(sent);
    return owners === undefined || owners.size === 0 ? (this.#ownersOf(stored) ?? NO_OWNERS) : owners;
  }

  /**
   * The object with a configuration laid over it, in the form that the endpoint serves, and its owners; `live` is in that form, too.
   * Throws the refusals of the real server.
   */
  apply(write: ApplyWrite, live: JsonObject | undefined, configuration: JsonObject): JsonObject {
    const { resource } = write;
    const type = this.#versions.typeOf(resource);
    const before = live ?? resource.rules.zero;
    const hasOwners = entriesOf(before) !== undefined;
    if (!resource.isCustom && !hasOwners) this.#checkLive(resource, before, { isFirst: true });
    checkConfiguration(resource, configuration, type);
    if (!resource.isCustom && hasOwners) this.#checkLive(resource, before, { isFirst: false });
    const owners = this.#ownersBeforeApply(write, before);
    const options = {
      live: before,
      configuration: withoutKey(withoutKey(configuration, 'apiVersion'), 'kind'),
      type,
      ignored: resetFields(resource, write.subresource),
      viewsOf: this.#versions.views(write),
      upToDate: this.#upToDate,
      typeIn: (apiVersion: string) => this.#versions.typeIn(resource, apiVersion),
    };
    const applying = (force: boolean): Applied => ownByApply(owners, this.#writer(write), { ...options, force });
    let applied = formOr500(() => applying(write.force));
    if (applied.kind === 'refused') {
      const left = mayTakeFromClientSideApply(write, applied.conflicts, { live: before, type });
      if (left.length > 0) throw applyConflict(left);
      applied = applying(true);
      if (applied.kind === 'refused') throw applyConflict(applied.conflicts);
    }
    return withEntries(withLastApplied(write, applied.object, configuration), this.#write(applied.owners));
  }

  /** What cannot be owned has no owners, and apply would have to make the first ones. */
  #checkLive(resource: Resource, live: JsonObject, { isFirst }: { readonly isFirst: boolean }): void {
    const problems = this.#keylessMembers(resource, live);
    if (problems.length === 0) return;
    const metadata = metaOf(live);
    const shown = `(${textAt(metadata, 'namespace')}/${textAt(metadata, 'name')}; ${resource.group}/${resource.version}, Kind=${resource.kind})`;
    const what = isFirst
      ? `failed to create manager for existing fields: failed to convert new object ${shown} to smd typed`
      : `failed to create typed live object ${shown}`;
    throw untyped(`${what}: ${shownProblems(problems)}`);
  }

  #ownersBeforeApply(write: OwnedWrite, live: JsonObject): Owners {
    const owners = this.#ownersOf(entriesOf(live));
    if (owners === undefined) throw untyped('failed to decode managed fields');
    if (owners.size > 0) return owners;
    const { zero } = write.resource.rules;
    return ownByUpdate(NO_OWNERS, { ...this.#writer(write), manager: BEFORE_FIRST_APPLY }, this.#change(write, zero, live));
  }

  #change(write: OwnedWrite, live: JsonObject, next: JsonObject): Transfer {
    return new Transfer(this.#versions.views(write)(live, next), this.#upToDate);
  }

  #writer({ resource, manager, subresource }: OwnedWrite): Writer {
    return {
      manager: manager === '' ? NOBODY : manager,
      apiVersion: apiVersionOf(resource),
      subresource,
      time: this.#time(),
    };
  }

  /** Written once per second, not once per write. */
  #time(): string {
    const second = Math.floor(this.#options.now() / 1000);
    if (second !== this.#second) [this.#second, this.#timeOfSecond] = [second, timestamp(second * 1000)];
    return this.#timeOfSecond;
  }

  #ownersOf(entries: JsonArray | undefined): Owners | undefined {
    if (entries === undefined) return NO_OWNERS;
    const known = this.#read.get(entries);
    if (known !== undefined) return known;
    const owners = readOwners(entries);
    if (owners !== undefined) this.#read.set(entries, owners);
    return owners;
  }

  #write(owners: Owners): JsonArray | undefined {
    if (owners.size === 0) return undefined;
    const written = writeOwners(owners, (fields) => this.#shared(fields));
    this.#read.set(written.entries, written.owners);
    return written.entries;
  }

  /** Sets that are equal are one in memory, whatever the time and the writer of their entries. */
  #shared(fields: FieldSet): FieldSet {
    const text = JSON.stringify(fields);
    const known = this.#sets.get(text);
    if (known === undefined) this.#sets.set(text, fields);
    return known ?? fields;
  }
}

function problemsOfField(body: JsonObject, key: string, type: FieldType): readonly string[] {
  const value = own(body, key);
  return value === undefined
    ? []
    : configurationProblems({ [key]: value }, type).filter((problem) => !problem.includes(': duplicate entries'));
}

function formOr500<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof NoSuchFormError) throw untyped(error.message);
    throw error;
  }
}

function entriesOf(body: JsonObject): JsonArray | undefined {
  const entries = own(metaOf(body), 'managedFields');
  return isArray(entries) ? entries : undefined;
}

function withEntries(body: JsonObject, entries: JsonArray | undefined): JsonObject {
  return own(metaOf(body), 'managedFields') === entries ? body : withMeta(body, { managedFields: entries });
}

/** A configuration must be one of the kind, whatever else is wrong. Tells how the real server calls the kind. */
export function checkKind(resource: Resource, configuration: JsonObject): string {
  const [apiVersion, kind] = [textAt(configuration, 'apiVersion'), textAt(configuration, 'kind')];
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const shownKind = `${group}/${version}, Kind=${kind}`;
  if (apiVersion !== apiVersionOf(resource) || kind !== resource.kind) throw badRequest(`invalid object type: ${shownKind}`);
  return shownKind;
}

function checkConfiguration(resource: Resource, configuration: JsonObject, type: FieldType): void {
  const shownKind = checkKind(resource, configuration);
  const metadata = own(configuration, 'metadata');
  const meta = isObject(metadata) ? metadata : {};
  if ((own(meta, 'managedFields') ?? null) !== null) throw badRequest('metadata.managedFields must be nil');
  const problems = configurationProblems(configuration, type);
  if (problems.length === 0) return;
  const name = `${textAt(meta, 'namespace')}/${textAt(meta, 'name')}`;
  throw untyped(`failed to create typed patch object (${name}; ${shownKind}): ${shownProblems(problems)}`);
}

function textAt(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}

/** Whether two lists of entries differ in nothing but their times. */
export function differOnlyInTime(entries: JsonValue | undefined, others: JsonValue | undefined): boolean {
  if (!isArray(entries) || !isArray(others) || entries.length !== others.length) return false;
  const timeless = (entry: JsonValue | undefined): JsonValue | undefined => (isObject(entry) ? withoutKey(entry, 'time') : entry);
  return entries.every((entry, index) => deepEqual(timeless(entry), timeless(others[index])));
}
