import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, parseInstant } from './instant.js';

describe('instants', () => {
  it.each([
    { at: Date.UTC(2020, 11, 31, 23, 59, 59, 123) + 0.456, text: '2020-12-31T23:59:59.123456+00:00' },
    { at: Date.UTC(2020, 11, 31, 23, 59, 59, 223) + 0.456, text: '2020-12-31T23:59:59.223456+00:00' },
    { at: Date.UTC(2024, 1, 29, 0, 0, 0, 5), text: '2024-02-29T00:00:00.005000+00:00' },
    { at: 0, text: '1970-01-01T00:00:00.000000+00:00' },
  ])('[G-05] writes $text with microseconds and the offset', ({ at, text }) => {
    expect(formatInstant(at)).toBe(text);
    expect(parseInstant(text)).toBe(at);
  });

  it.each([
    { text: '2020-12-31T23:59:59.123456Z', same: '2020-12-31T23:59:59.123456+00:00' },
    { text: '2021-01-01T01:59:59.123456+02:00', same: '2020-12-31T23:59:59.123456+00:00' },
    { text: '2020-12-31T18:29:59-0530', same: '2020-12-31T23:59:59.000000+00:00' },
    { text: '2020-12-31T23:59:59.123456', same: '2020-12-31T23:59:59.123456+00:00' },
    { text: '2020-12-31 23:59', same: '2020-12-31T23:59:00.000000+00:00' },
  ])('[G-06] reads $text, taking a time without an offset for UTC', ({ text, same }) => {
    expect(formatInstant(parseInstant(text) ?? Number.NaN)).toBe(same);
  });

  it.each(['', 'yesterday', '2020-13-01T00:00:00Z', '2020-12-31', '12'])('[G-06] takes %o for no time', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('[G-05] reads back what it wrote, for any time down to microseconds', () => {
    // From 2109 on (2^42 ms) a number of milliseconds has no room for single microseconds.
    const micros = fc.integer({ min: Date.UTC(1900, 0, 1) * 1000, max: Date.UTC(2100, 0, 1) * 1000 });
    fc.assert(fc.property(micros, (value) => parseInstant(formatInstant(value / 1000)) === value / 1000));
  });

  it('[G-05] agrees with the calendar of the language', () => {
    const days = fc.date({ min: new Date('1600-01-01'), max: new Date('2400-01-01'), noInvalidDate: true });
    fc.assert(fc.property(days, (date) => formatInstant(date.getTime()).slice(0, 23) === date.toISOString().slice(0, 23)));
  });
});
