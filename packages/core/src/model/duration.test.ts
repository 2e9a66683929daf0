import { describe, expect, it } from 'vitest';
import { durationMs, type Duration } from './duration.js';

describe('durations', () => {
  it.each([
    { given: 5, ms: 5000 },
    { given: 0, ms: 0 },
    { given: 0.25, ms: 250 },
    { given: '500ms', ms: 500 },
    { given: '1.5s', ms: 1500 },
    { given: '1m', ms: 60_000 },
    { given: '2h', ms: 7_200_000 },
    { given: '1d', ms: 86_400_000 },
  ])('takes $given for $ms ms', ({ given, ms }) => {
    expect(durationMs(given as Duration, 'x')).toBe(ms);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '5', '5 parsecs', '', null])('refuses %o and names the option', (given) => {
    expect(() => durationMs(given as Duration, 'timeout of fn')).toThrow(
      expect.objectContaining({ code: 'KOPF_INVALID_OPTION', message: expect.stringContaining('timeout of fn') }),
    );
  });
});
