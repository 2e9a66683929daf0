import { InvalidConfigError, isKopfError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { ClusterClient } from '../ports/cluster-client.js';
import { delayFromList } from '../watch/backoff.js';
import { placesOf, type StoresInUse } from './wait-for-place.js';

/** Seconds between tries. */
const DELAYS = [1, 2, 5, 10, 30];
const FINAL: readonly string[] = ['KOPF_FORBIDDEN', 'KOPF_NOT_FOUND'];

/** Places outside the cluster learn where they are before anything is asked of them. A late answer is better than a wrong one. */
export async function beginPlaces(
  opened: StoresInUse & { readonly client: ClusterClient },
  clock: Clock,
  stopping: AbortSignal,
): Promise<void> {
  const { client } = opened;
  const uid = async (signal: AbortSignal): Promise<string> => {
    if (client.clusterUid === undefined) throw new InvalidConfigError('The cluster client cannot tell which cluster it is connected to.');
    for (let failures = 1; ; failures += 1) {
      try {
        return await client.clusterUid(signal);
      } catch (error) {
        // That we may not know will not change by asking again.
        if (signal.aborted || FINAL.some((code) => isKopfError(error, code))) throw error;
        await clock.sleep(delayFromList(DELAYS, failures), signal);
      }
    }
  };
  await Promise.all(placesOf(opened).map(async (place) => place.begin?.({ uid }, stopping)));
}
