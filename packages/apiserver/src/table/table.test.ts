import { describe, expect, it } from 'vitest';
import { humanDuration } from './duration.js';
import { compileJsonPath } from './json-path.js';

describe('ages', () => {
  const SECOND = 1000;
  const MINUTE = 60 * SECOND;
  const HOUR = 60 * MINUTE;
  const DAY = 24 * HOUR;
  it.each([
    [-5 * SECOND, '<invalid>'],
    [0, '0s'],
    [119 * SECOND, '119s'],
    [2 * MINUTE, '2m'],
    [3 * MINUTE + 5 * SECOND, '3m5s'],
    [10 * MINUTE + 5 * SECOND, '10m'],
    [3 * HOUR, '3h'],
    [3 * HOUR + 5 * MINUTE, '3h5m'],
    [9 * HOUR + 5 * MINUTE, '9h'],
    [2 * DAY, '2d'],
    [3 * DAY + 4 * HOUR, '3d4h'],
    [9 * DAY + 4 * HOUR, '9d'],
    [730 * DAY, '2y'],
    [740 * DAY, '2y10d'],
    [3000 * DAY, '8y'],
  ])('of %i ms are shown as %s', (ms, shown) => {
    expect(humanDuration(ms)).toBe(shown);
  });
});

describe('printer columns', () => {
  const object = {
    spec: {
      n: 1,
      'a.b': 2,
      list: [
        { t: 'x', v: 1 },
        { t: 'y', v: 2 },
      ],
    },
    map: { p: 1, q: 2 },
  };
  it.each([
    ['.spec.n', [1]],
    ['spec.n', [1]],
    ['.spec.none', []],
    ['.spec.a\\.b', [2]],
    [".spec['a.b']", [2]],
    ['.spec.list[1].v', [2]],
    ['.spec.list[*].v', [1, 2]],
    ['.spec.list[?(@.t=="y")].v', [2]],
    ['.map.*', [1, 2]],
    ['.spec.n.deeper', []],
    ['.[broken', []],
  ])('read %s', (path, found) => {
    expect(compileJsonPath(path)(object)).toEqual(found);
  });
});
