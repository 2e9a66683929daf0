// What a store on the object wants written, by a tool beside operators: each request tests the version, so that whatever they write goes before it.
import {
  applyMergePatch,
  isJsonObject,
  type ClusterClient,
  type Json,
  type MergePatch,
  type ObjectBody,
  type ObjectRef,
  type ObjectView,
  type ObjectWrite,
  type WriteOutcome,
} from '@kopfts/core';
import { StateWriteError } from '../errors.js';

/** What came of it. `busy`: somebody else was faster; look again. */
export type WriteResult = 'done' | 'nothing' | 'busy' | 'gone';

type Refused = Exclude<WriteOutcome, { readonly kind: 'committed' }>;

/** Why there is nothing to go on with. @throws StateWriteError `KOPF_STATE_WRITE`. */
export function resultOfRefused(outcome: Refused, { name }: ObjectRef): WriteResult {
  switch (outcome.kind) {
    case 'gone':
    case 'replaced':
      return 'gone';
    case 'stale':
      return 'busy';
    case 'ambiguous':
      throw outcome.error;
    default:
      throw new StateWriteError(name, outcome.kind === 'invalid' ? outcome.message : 'its kind is not served any more');
  }
}

/**
 * Annotations, then the status: one request, or two where the status has an endpoint of its own. A status that is not kept is an error, not a
 * success: the schema of the kind prunes it.
 *
 * @throws StateWriteError `KOPF_STATE_WRITE`.
 */
export async function writePatch(
  client: ClusterClient,
  { object: { ref, body }, patch }: { readonly object: ObjectView; readonly patch: MergePatch },
  signal: AbortSignal,
): Promise<WriteResult> {
  const { metadata = {}, status } = patch;
  let current = body;
  let result: WriteResult = 'nothing';
  for (const make of requestsFor(ref, { metadata, status })) {
    const outcome = await client.write(make(current), signal);
    if (outcome.kind !== 'committed') return resultOfRefused(outcome, ref);
    current = outcome.object.body();
    result = 'done';
  }
  if (status !== undefined && result === 'done' && !isKept(current['status'], status))
    throw new StateWriteError(ref.name, 'the schema of the kind does not keep these fields of the status');
  return result;
}

type MakeRequest = (body: ObjectBody) => ObjectWrite;

function requestsFor(
  ref: ObjectRef,
  { metadata, status }: { readonly metadata: Json; readonly status: Json | undefined },
): readonly MakeRequest[] {
  const hasEndpoint = ref.resource.subresources.includes('status');
  const isOnMain = isJsonObject(metadata) && Object.keys(metadata).length > 0;
  const onMain: MakeRequest = (body) => {
    const { uid, resourceVersion } = body.metadata;
    const versioned = { ...(isJsonObject(metadata) ? metadata : {}), uid, resourceVersion };
    return { kind: 'merge', ref, patch: { metadata: versioned, ...(status === undefined || hasEndpoint ? {} : { status }) } };
  };
  const onStatus: MakeRequest = (body) => {
    const { uid, resourceVersion } = body.metadata;
    const value = applyMergePatch(body['status'], status ?? {});
    const tests = [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    ] as const;
    return { kind: 'json', ref, endpoint: 'status', operations: [...tests, { op: 'add', path: '/status', value }] };
  };
  if (status === undefined) return isOnMain ? [onMain] : [];
  return hasEndpoint ? [...(isOnMain ? [onMain] : []), onStatus] : [onMain];
}

/** Writing it again would change nothing. */
function isKept(status: Json | undefined, written: Json): boolean {
  return status !== undefined && applyMergePatch(status, written) === status;
}
