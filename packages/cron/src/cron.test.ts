import { describe, expect, it } from 'vitest';
import { cron } from './cron.js';

const at = (text: string): number => Date.parse(text);
const BERLIN = { timezone: 'Europe/Berlin' };

function firings(pattern: string, from: string, { count = 3, ...options }: { count?: number; timezone?: string } = {}): readonly string[] {
  const schedule = cron(pattern, options);
  const found: string[] = [];
  for (let moment = schedule.next(at(from)); moment !== undefined && found.length < count; moment = schedule.next(moment))
    found.push(new Date(moment).toISOString().slice(0, 19));
  return found;
}

describe('cron', () => {
  it.each([
    ['a time of day, in UTC', '0 3 * * *', ['2024-01-01T03:00:00', '2024-01-02T03:00:00', '2024-01-03T03:00:00']],
    ['steps and ranges', '*/30 8-9 * * *', ['2024-01-01T08:00:00', '2024-01-01T08:30:00', '2024-01-01T09:00:00']],
    ['weekdays by name', '0 12 * * SAT', ['2024-01-06T12:00:00', '2024-01-13T12:00:00', '2024-01-20T12:00:00']],
    ['the last day of a month', '0 0 L 2 *', ['2024-02-29T00:00:00', '2025-02-28T00:00:00', '2026-02-28T00:00:00']],
    ['a nickname', '@monthly', ['2024-02-01T00:00:00', '2024-03-01T00:00:00', '2024-04-01T00:00:00']],
    ['seconds, as the first of six fields', '*/20 * * * * *', ['2024-01-01T00:00:20', '2024-01-01T00:00:40', '2024-01-01T00:01:00']],
  ])('knows %s', (_, pattern, expected) => {
    expect(firings(pattern, '2024-01-01T00:00:00Z')).toEqual(expected);
  });

  it('[F3] runs once in the night in which clocks are put forward, at the end of the hour that is left out', () => {
    expect(firings('30 2 * * *', '2024-03-30T00:00:00Z', BERLIN)).toEqual([
      '2024-03-30T01:30:00',
      '2024-03-31T01:00:00',
      '2024-04-01T00:30:00',
    ]);
  });

  it('[F3] runs once in the night in which clocks are put back, and goes on running where it runs several times an hour', () => {
    expect(firings('30 2 * * *', '2024-10-26T12:00:00Z', BERLIN)).toEqual([
      '2024-10-27T00:30:00',
      '2024-10-28T01:30:00',
      '2024-10-29T01:30:00',
    ]);
    expect(firings('*/30 * * * *', '2024-10-27T00:00:00Z', { ...BERLIN, count: 4 })).toEqual([
      '2024-10-27T00:30:00',
      '2024-10-27T01:00:00',
      '2024-10-27T01:30:00',
      '2024-10-27T02:00:00',
    ]);
  });

  it('says a later moment for every moment, fractions of a millisecond included', () => {
    const schedule = cron('* * * * * *');
    for (const moment of [0, 0.5, 999.999, 1000, at('2024-06-01T12:00:00Z')]) expect(schedule.next(moment)).toBeGreaterThan(moment);
  });

  it.each<[what: string, make: () => unknown, message: string, code?: string]>([
    ['a line with too few fields', () => cron('0 3 * *'), 'The pattern of cron is "0 3 * *", but it must be minute, hour'],
    ['a number out of range', () => cron('61 * * * *'), 'The pattern of cron is "61 * * * *", but it must be minute, hour'],
    ['what is no text', () => cron(5 as never), 'The pattern of cron is 5, but it must be minute, hour'],
    ['a line without end', () => cron('*,'.repeat(1000)), 'but it must be minute, hour'],
    [
      'a day that never comes',
      () => cron('0 0 30 2 *'),
      'The pattern of cron is "0 0 30 2 *", but it must be one that comes true some day',
    ],
    [
      'an unknown time zone',
      () => cron('@daily', { timezone: 'Mars/Phobos' }),
      '`timezone` of cron is "Mars/Phobos", but it must be a name of the IANA',
    ],
    [
      'another option',
      () => cron('@daily', { timeZone: 'UTC' } as never),
      "cron has no option 'timeZone'; did you mean 'timezone'?",
      'KOPF_UNKNOWN_OPTION',
    ],
  ])('refuses %s', (_, make, message, code = 'KOPF_INVALID_OPTION') => {
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error);
  });
});
