import { formatInstant, type Instant } from '../model/instant.js';

/** `2026-11-28 09:34:59.123`, UTC. */
export function momentText(at: Instant): string {
  return formatInstant(at).slice(0, 23).replace('T', ' ');
}

/** `35 ms`, `40 s`, `3 min`, `2.5 h`. */
export function spanText(ms: number): string {
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  if (ms < 120_000) return `${tenth(ms / 1000)} s`;
  if (ms < 7_200_000) return `${tenth(ms / 60_000)} min`;
  return `${tenth(ms / 3_600_000)} h`;
}

/** `in 40 s`, `now`, where it is seen at `at`. */
export function untilText(until: Instant, at: Instant): string {
  return until > at ? `in ${spanText(until - at)}` : 'now';
}

/** `since 2026-… (for 3 min)`. */
export function sinceText(since: Instant, at: Instant): string {
  return `since ${momentText(since)} (for ${spanText(Math.max(0, at - since))})`;
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}
