import { InvalidOptionError, UnknownOptionError, type Schedule } from '@kopfts/core';
import { Cron } from 'croner';

/** Of `cron`. */
export interface CronOptions {
  /** A name of the IANA database, such as `'Europe/Berlin'`. Default: `'UTC'`, whatever the machine thinks. */
  readonly timezone?: string | undefined;
}

/** Nobody writes longer ones, and what reads them need not be asked how long it would take. */
const LONGEST_PATTERN = 256;
const FORM =
  "minute, hour, day, month and weekday, such as '0 3 * * *' or '*/5 8-18 * * MON-FRI', or one of @hourly, @daily, @weekly, @monthly, @yearly";

/**
 * The schedule of a crontab's line, for `kopf.timer(…, { schedule: cron('0 3 * * *') }, …)`. With six fields the first one is seconds.
 *
 * When clocks are put forward, what falls into the hour that is left out runs once, at its end; when they are put back, what falls
 * into the hour that comes twice runs at the first of the two, unless it runs several times an hour.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` for a line that is none, or that never comes true, and for a time zone that is none.
 * @throws UnknownOptionError `KOPF_UNKNOWN_OPTION`.
 */
export function cron(pattern: string, options: CronOptions = {}): Schedule {
  const unknown = Object.keys(options).find((option) => option !== 'timezone');
  if (unknown !== undefined) throw new UnknownOptionError('cron', unknown, 'timezone');
  const { timezone = 'UTC' } = options;
  checkTimezone(timezone);
  const parsed = parse(pattern, timezone);
  const next = (after: number): number | undefined => parsed.nextRun(new Date(after))?.getTime();
  if (next(0) === undefined) throw new InvalidOptionError('The pattern of cron', pattern, 'one that comes true some day');
  return Object.freeze({ next });
}

function parse(pattern: unknown, timezone: string): Cron {
  if (typeof pattern !== 'string' || pattern.length > LONGEST_PATTERN) throw new InvalidOptionError('The pattern of cron', pattern, FORM);
  try {
    // Paused, and without a function: it computes and waits for nothing.
    return new Cron(pattern, { timezone, paused: true });
  } catch (cause) {
    throw new InvalidOptionError('The pattern of cron', pattern, FORM, { cause });
  }
}

function checkTimezone(timezone: unknown): void {
  try {
    if (typeof timezone !== 'string') throw new TypeError('no text');
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch (cause) {
    throw new InvalidOptionError('`timezone` of cron', timezone, "a name of the IANA database, such as 'Europe/Berlin'", { cause });
  }
}
