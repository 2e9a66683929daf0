import type { Unreadiness } from '../plugin/plugin.js';
import type { ServedCluster } from './serve-cluster.js';
import { placesOf, type StoresInUse } from './wait-for-place.js';

export interface RunningParts extends StoresInUse {
  readonly served: Pick<ServedCluster, 'inspect'> | undefined;
  readonly isStopping: boolean;
}

/** All reasons; empty if it is ready (design 6.12). */
export function unreadinessOf({ served, isStopping, ...stores }: RunningParts): readonly Unreadiness[] {
  const code = 'KOPF_NOT_SERVING';
  const away = placesOf(stores).flatMap((place) => place.away() ?? []);
  const reasons = away.map((error) => ({ code: error.code, reason: error.message }));
  if (isStopping) return [{ code, reason: 'It is stopping.' }, ...reasons];
  const isServing = served !== undefined && served.inspect().every(({ synced }) => synced);
  return isServing ? reasons : [{ code, reason: 'Not everything was listed yet.' }, ...reasons];
}
