import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cachedFolder } from './cache-folder.mjs';

function cache() {
  const root = mkdtempSync(join(tmpdir(), 'kopfts-cache-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const kind = join(root, 'kopfts', 'thing');
  let fills = 0;
  const ask = (hash: string, fill = (folder: string) => writeFileSync(join(folder, 'marker'), '')) =>
    cachedFolder(
      {
        kind: 'thing',
        hash,
        marker: 'marker',
        fill: async (folder) => {
          fills += 1;
          fill(folder);
        },
      },
      { XDG_CACHE_HOME: root },
    );
  return { kind, ask, fills: () => fills };
}

describe('a folder of the cache', () => {
  it('is filled once per hash', async () => {
    const { kind, ask, fills } = cache();
    expect(await ask('a')).toEqual({ folder: join(kind, 'a'), filled: true });
    expect(await ask('a')).toEqual({ folder: join(kind, 'a'), filled: false });
    expect((await ask('b')).filled).toBe(true);
    expect(fills()).toBe(2);
  });

  it('is not there when filling it failed, and is filled the next time', async () => {
    const { kind, ask } = cache();
    const fail = (folder: string) => {
      writeFileSync(join(folder, 'half'), '');
      throw new Error('no luck');
    };
    await expect(ask('a', fail)).rejects.toThrow('no luck');
    expect(readdirSync(kind)).toEqual([]);
    expect((await ask('a')).filled).toBe(true);
  });

  it('goes when nobody has asked for it in a month', async () => {
    const { kind, ask } = cache();
    const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600 * 1000);
    for (const [name, days] of Object.entries({ old: 31, recent: 29 })) {
      mkdirSync(join(kind, name), { recursive: true });
      utimesSync(join(kind, name), daysAgo(days), daysAgo(days));
    }
    await ask('new');
    expect(readdirSync(kind).sort()).toEqual(['new', 'recent']);
  });
});
