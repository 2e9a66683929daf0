import { describe, expect, it } from 'vitest';
import { formatProblem, isKnownFormat } from './format.js';

describe('the format of a text', () => {
  it.each([
    ['date', '2026-02-28', '2026-02-30'],
    ['date-time', '2026-01-01T00:00:00Z', '2026-13-01T00:00:00Z'],
    ['duration', '1h30m', 'x'],
    ['duration', '3 weeks', '5'],
    ['ipv4', '10.0.0.1', '10.0.0.256'],
    ['ipv6', 'fe80::1', 'fe80::1%eth0'],
    ['cidr', '10.0.0.0/8', '10.0.0.1/33'],
    ['uuid4', '11111111-2222-4333-8444-555555555555', '11111111-2222-4333-7444-555555555555'],
    ['byte', 'YQ==', 'YQ='],
    ['email', 'a@b.c', 'a'],
    ['hostname', 'example.com', '-a'],
    ['isbn10', '0321751043', '032175104X'],
    ['creditcard', '4111111111111111', '4111111111111112'],
    ['mac', '01:23:45:67:89:ab', '01:23'],
    ['hexcolor', '#fff', '#ffff'],
    ['rgbcolor', 'rgb(0,0,255)', 'rgb(256,0,0)'],
    ['k8s-short-name', 'a-b', 'a.b'],
    ['k8s-long-name', 'a.b', 'a..b'],
  ])('%s lets %j be and refuses %j', (format, valid, invalid) => {
    expect(isKnownFormat(format)).toBe(true);
    expect(formatProblem(valid, format)).toBeUndefined();
    expect(formatProblem(invalid, format)).toBe(`must be of type ${format}: ${JSON.stringify(invalid)}`);
  });

  it('restricts nothing where nobody knows it, not even one that every object has', () => {
    for (const format of ['unheard-of', 'constructor', '__proto__']) {
      expect(isKnownFormat(format)).toBe(false);
      expect(formatProblem('anything', format)).toBeUndefined();
    }
  });
});
