import { InvalidOptionError } from '../errors.js';
import type { Instant } from './instant.js';

/**
 * When a timer runs by the clock on the wall, instead of after an interval. `@kopfts/cron` makes one of a crontab's line; anything with
 * this method will do.
 */
export interface Schedule {
  /** The first moment after this one, in milliseconds since 1970 (UTC); `undefined`: never again. Asked after each run: what was missed is not made up for. */
  next(after: Instant): Instant | undefined;
}

/**
 * The next moment, checked: a schedule that does not go on would run its timer without end.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` if it is no later moment.
 */
export function nextMoment(schedule: Schedule, after: Instant, owner: string): Instant | undefined {
  const next: unknown = schedule.next(after);
  if (next === undefined || (typeof next === 'number' && next > after && Number.isFinite(next))) return next;
  throw new InvalidOptionError(
    `What \`schedule\` of ${owner} said to be next after ${String(after)}`,
    next,
    'a later moment in milliseconds since 1970, or undefined',
  );
}
