import { InvalidOptionError, UnknownOptionError } from '../errors.js';
import { durationMs, type Duration } from './duration.js';
import { eachOf, together } from './mistakes.js';
import { nearestName } from './nearest-name.js';

/**
 * Waits between attempts that grow: `initial`, then `factor` times as long after each further failure, up to `limit`.
 *
 * @example `{ initial: '1s', factor: 2, limit: '5m', jitter: 0.5 }`
 */
export interface BackoffPolicy {
  /** After the first failure. A number is seconds. */
  readonly initial: Duration;
  /** How much longer each wait is than the one before; at least 1. Default: 2. */
  readonly factor?: number | undefined;
  /** No wait is longer. A number is seconds. Default: 10 minutes, or `initial` if that is longer. */
  readonly limit?: Duration | undefined;
  /** The part of a wait that is left to chance, so that not all come back at once: 0 (none) to 1 (anything from nothing to the whole wait). Default: 0. */
  readonly jitter?: number | undefined;
}

/** A back-off, parsed; a constant one has the factor 1. */
export interface Backoff {
  readonly initialMs: number;
  readonly factor: number;
  readonly limitMs: number;
  readonly jitter: number;
}

const KNOWN = ['initial', 'factor', 'limit', 'jitter'];
const DEFAULT_LIMIT_MS = 600_000;

/** @throws InvalidOptionError, UnknownOptionError naming the option. */
export function parseBackoff(given: unknown, option: string): Backoff {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const ms = durationMs(given as Duration, option);
    return Object.freeze({ initialMs: ms, factor: 1, limitMs: ms, jitter: 0 });
  }
  const policy = given as Readonly<Record<string, unknown>>;
  const { initial, factor: growth = 2, limit, jitter: chance = 0 } = policy;
  const parsed = together({
    names: () => rejectUnknown(policy, option),
    initialMs: () => durationMs(initial as Duration, `'initial' of ${option}`),
    factor: () => parseFactor(growth, `'factor' of ${option}`),
    jitter: () => parseJitter(chance, `'jitter' of ${option}`),
    limitMs: () => (limit === undefined ? undefined : durationMs(limit as Duration, `'limit' of ${option}`)),
  });
  const { initialMs, factor, jitter, limitMs = Math.max(DEFAULT_LIMIT_MS, initialMs) } = parsed;
  if (limitMs < initialMs) throw new InvalidOptionError(`'limit' of ${option}`, limit, "at least as long as 'initial'");
  return Object.freeze({ initialMs, factor, limitMs, jitter });
}

function rejectUnknown(policy: object, option: string): void {
  const unknown = Object.keys(policy).filter((name) => !KNOWN.includes(name));
  eachOf(unknown, (name) => {
    throw new UnknownOptionError(option, name, nearestName(name, KNOWN));
  });
}

function parseFactor(factor: unknown, option: string): number {
  if (isNumber(factor) && factor >= 1) return factor;
  throw new InvalidOptionError(option, factor, 'a number of at least 1');
}

function parseJitter(jitter: unknown, option: string): number {
  if (isNumber(jitter) && jitter >= 0 && jitter <= 1) return jitter;
  throw new InvalidOptionError(option, jitter, 'a number from 0 to 1');
}

/**
 * How long to wait after a failure.
 *
 * @param attempts that failed before this one, ≥ 0
 * @param random in [0, 1)
 */
export function backoffMs({ initialMs, factor, limitMs, jitter }: Backoff, attempts: number, random: number): number {
  // 2 ** 1024 is infinite, and 0 times that is no number: the limit holds for any number of attempts.
  const wait = initialMs === 0 ? 0 : Math.min(limitMs, initialMs * factor ** attempts);
  return wait * (1 - jitter * random);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
