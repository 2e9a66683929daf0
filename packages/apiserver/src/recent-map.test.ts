import { describe, expect, it } from 'vitest';
import { RecentMap } from './recent-map.js';

describe('a map of what is recent', () => {
  it('keeps the latest keys, as many as its limit, and at most twice as many', () => {
    const map = new RecentMap<number, string>(10);
    for (let key = 0; key < 100; key += 1) map.set(key, String(key));
    const found = Array.from({ length: 100 }, (_, key) => key).filter((key) => map.get(key) !== undefined);
    expect(found.length).toBeGreaterThanOrEqual(10);
    expect(found.length).toBeLessThanOrEqual(20);
    expect(found.at(-1)).toBe(99);
  });

  it('keeps what is asked for, however much comes after it', () => {
    const map = new RecentMap<number, string>(10);
    map.set(-1, 'kept');
    for (let key = 0; key < 1_000; key += 1) {
      map.set(key, String(key));
      if (key % 5 === 0) map.get(-1);
    }
    expect(map.get(-1)).toBe('kept');
    expect(map.get(0)).toBeUndefined();
  });
});
