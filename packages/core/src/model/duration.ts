import { InvalidOptionError } from '../errors.js';

/** A number is seconds, as in Kopf and in Kubernetes; or a string with a unit: `'500ms' '5s' '1m' '2h' '1d'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of a duration, ≥ 0.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` naming the option, if it is neither a number of seconds nor text with a unit.
 */
export function durationMs(value: Duration, option: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value * 1000;
  const match = typeof value === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(value) : null;
  if (match) return Number(match[1]) * (UNIT_MS[match[2] ?? 's'] ?? 1000);
  throw new InvalidOptionError(option, value, "a number of seconds, or text with a unit such as '500ms', '5s', '1m', '2h', '1d'");
}
