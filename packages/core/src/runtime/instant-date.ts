import type { Instant } from '../model/instant.js';

/** An instant as the `Date` that handlers see; what is below a millisecond is lost. */
export function dateOf(instant: Instant): Date {
  return new Date(instant);
}
