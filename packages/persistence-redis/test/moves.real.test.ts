import { describe, expect, it } from 'vitest';
import { look, never, waiting } from './steps.js';
import { openStores, program, useRedis, viewOf } from './support.js';

describe.runIf(program)('what tools move to Redis', () => {
  const { server } = useRedis({ appendonly: false });
  const essence = { spec: { size: 1 } };

  it('is there with its memo, and again after it was cleared but for the memo, which stays', async () => {
    const { url } = server();
    const object = viewOf('moved');
    const stores = await openStores({ url, keeps: ['progress', 'diffBase', 'memo'] });
    const place = stores.progress.place;
    const found = async () => {
      const { progress, diffBase, memo } = await openStores({ url, keeps: ['progress', 'diffBase', 'memo'] });
      const looked = await look({ ...stores, progress, diffBase }, object);
      const [kept] = await memo.load([object], never());
      return { records: [...looked.progress.records.keys()], essence: looked.diffBase.essence, memo: kept?.memo };
    };
    const whole = { records: ['fn'], essence, memo: { seen: 1 } };
    const take = () => place?.take?.({ object, records: new Map([['fn', waiting]]), essence, memo: { seen: 1 } }, never());
    expect(await take()).toBe('done');
    expect(await found()).toEqual(whole);
    expect(await place?.clear?.(object, never(), { keepsMemo: true })).toBe('done');
    expect(await found()).toEqual({ records: [], essence: undefined, memo: { seen: 1 } });
    expect(await take()).toBe('done');
    expect(await found()).toEqual(whole);
    expect(await place?.clear?.(object, never())).toBe('done');
    expect(await found()).toEqual({ records: [], essence: undefined, memo: undefined });
  });
});
