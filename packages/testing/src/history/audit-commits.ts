// From what a server says that it did to what became of each object: the commits, in the order of their versions.
import { compareVersions, isJsonObject, type ObjectBody } from '@kopfts/core';
import { isSuccessful, isUndecided, type AuditedObject, type AuditedWrite } from './audited-write.js';
import type { CommitEntry } from './history.js';
import { likelyAuthor } from './likely-author.js';

/** A change that somebody who took no part saw by watching. */
export interface ObservedChange {
  /** When it was seen: milliseconds since 1970, with fractions. */
  readonly atMs: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ObjectBody;
}

/** A change, who asked for it, and the latest moment at which it can have happened. */
export interface AttributedCommit {
  readonly commit: Omit<CommitEntry, 'call'>;
  readonly by: AuditedWrite | undefined;
  readonly notAfterMs: number;
  /** False for a deletion that nobody watched: its version is the object's last one. */
  readonly isVersionKnown: boolean;
}

/** A state of one object, or its end. */
interface Claim {
  readonly uid: string;
  /** `undefined`: of an end that only the answer of a deletion tells of. */
  readonly version: string | undefined;
  readonly removed: boolean;
  readonly object: ObjectBody | undefined;
  readonly by: AuditedWrite | undefined;
  readonly notAfterMs: number;
}

/** All commits of a collection; each object's in order, `before` of each what the one before it left. */
export function commitsOf(
  collection: string,
  writes: readonly AuditedWrite[],
  observed: readonly ObservedChange[],
): readonly AttributedCommit[] {
  const own = writes.filter((write) => write.collection === collection);
  const claims = withObserved(claimsOf(own.filter(isSuccessful)), observed, own.filter(isUndecided));
  const objects = new Map<string, Claim[]>();
  for (const claim of claims) objects.set(claim.uid, [...(objects.get(claim.uid) ?? []), claim]);
  return [...objects.values()].flatMap((ofObject) => chain(collection, ofObject));
}

/** What answers say; of several with one version only one made it, the others changed nothing. */
function claimsOf(writes: readonly AuditedWrite[]): readonly Claim[] {
  const inOrder = [...writes].sort((a, b) => Number(saysNothing(a)) - Number(saysNothing(b)) || a.completedMs - b.completedMs);
  const claims = new Map<string, Claim>();
  for (const by of inOrder) {
    for (const claim of by.answered.map((answer) => claimOf(answer, by))) {
      const key = keyOf(claim);
      if (!claims.has(key)) claims.set(key, claim);
    }
  }
  return [...claims.values()];
}

function claimOf(answer: AuditedObject, by: AuditedWrite): Claim {
  const notAfterMs = by.completedMs;
  if (answer.kind === 'gone') return { uid: answer.uid, version: undefined, removed: true, object: undefined, by, notAfterMs };
  const { object, removed } = answer;
  // The answer that tells of an end shows the last state, with the version of that.
  const version = removed ? undefined : object.metadata.resourceVersion;
  return { uid: object.metadata.uid, version, removed, object, by, notAfterMs };
}

/** An object ends once, whoever says so. */
function keyOf({ uid, version, removed }: Pick<Claim, 'uid' | 'version' | 'removed'>): string {
  return removed ? `${uid} end` : `${uid} ${version ?? ''}`;
}

/** A patch of nothing but the uid is how one reads with the right to patch. */
function saysNothing({ request }: AuditedWrite): boolean {
  if (!isJsonObject(request)) return false;
  const { metadata, ...rest } = request;
  return Object.keys(rest).length === 0 && isJsonObject(metadata) && Object.keys(metadata).join() === 'uid';
}

/** A watch knows versions of ends, and commits of requests that were interrupted when the work was done. */
function withObserved(claims: readonly Claim[], observed: readonly ObservedChange[], undecided: readonly AuditedWrite[]): readonly Claim[] {
  const all = new Map(claims.map((claim) => [keyOf(claim), claim]));
  const unused = new Set([...undecided].sort((a, b) => a.receivedMs - b.receivedMs));
  for (const { atMs, type, object } of observed) {
    const { uid, resourceVersion: version } = object.metadata;
    const removed = type === 'DELETED';
    const key = keyOf({ uid, version, removed });
    const known = all.get(key);
    if (known !== undefined) {
      all.set(key, { ...known, version, notAfterMs: Math.min(known.notAfterMs, atMs) });
      continue;
    }
    const by = likelyAuthor({ object, atMs }, [...unused]);
    if (by !== undefined) unused.delete(by);
    all.set(key, { uid, version, removed, object, by, notAfterMs: atMs });
  }
  return [...all.values()];
}

function chain(collection: string, claims: readonly Claim[]): readonly AttributedCommit[] {
  const inOrder = [...claims].sort((a, b) => Number(a.removed) - Number(b.removed) || orderOf(a.version, b.version));
  let before: ObjectBody | undefined;
  return inOrder.flatMap((claim) => {
    const { uid, by, removed, notAfterMs } = claim;
    const { namespace = '', name } = (claim.object ?? before)?.metadata ?? { namespace: by?.namespace, name: by?.name ?? '' };
    const after = removed ? undefined : claim.object;
    const resourceVersion = claim.version ?? before?.metadata.resourceVersion ?? '';
    const type = removed ? 'DELETED' : before === undefined && isCreation(by) ? 'ADDED' : 'MODIFIED';
    const commit = {
      kind: 'commit',
      type,
      collection,
      namespace,
      name,
      uid,
      resourceVersion,
      actor: by?.actor ?? '',
      before,
      after,
    } as const;
    before = after;
    return [{ commit, by, notAfterMs, isVersionKnown: claim.version !== undefined }];
  });
}

/** By whichever verb: also applying creates. */
function isCreation(by: AuditedWrite | undefined): boolean {
  return by === undefined || by.verb === 'create' || by.code === 201;
}

function orderOf(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareVersions(a, b) ?? 0;
}
