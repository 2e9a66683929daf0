import { expect, it } from 'vitest';
import { isLagging, tellRarely } from './lag-window.js';

const WINDOW = { windowMs: 10_000 };

it.each([
  { what: 'nothing to do', samples: 500, meanMs: 0, p99Ms: 1, lags: false },
  { what: 'short turns, one after the other', samples: 300, meanMs: 12, p99Ms: 20, lags: false },
  { what: 'one long block, which liveness tells', samples: 251, meanMs: 20, p99Ms: 2, lags: false },
  { what: 'some blocks, far between', samples: 480, meanMs: 2, p99Ms: 80, lags: false },
  { what: 'blocks of 100 ms, one after the other', samples: 100, meanMs: 80, p99Ms: 85, lags: true },
  { what: 'blocks of 100 ms, half of the time', samples: 300, meanMs: 14, p99Ms: 80, lags: true },
])('[M2] $what: $lags', ({ lags, what: _what, ...lateness }) => {
  expect(isLagging({ ...WINDOW, ...lateness })).toBe(lags);
});

it('[M2] is told with who was seen at it, or that nobody was, and then not again for ten minutes', () => {
  let now = 0;
  const told: (string | undefined)[] = [];
  const tell = tellRarely(
    ({ handler }) => void told.push(handler),
    () => now,
  );
  for (let look = 0; look < 5; look += 1) tell({ lagMs: 80 });
  expect(told).toEqual([]);
  tell({ lagMs: 80, handler: 'busy' });
  now = 599_000;
  tell({ lagMs: 80, handler: 'busy' });
  expect(told).toEqual(['busy']);
  now = 601_000;
  for (let look = 0; look < 6; look += 1) tell({ lagMs: 80 });
  expect(told).toEqual(['busy', undefined]);
});
