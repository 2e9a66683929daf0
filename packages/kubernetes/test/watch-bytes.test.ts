import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createListForms } from '../src/watch/list-forms.js';
import { event, example, listOf } from './support/sample-objects.js';
import { readWatch, type WatchReader } from './support/watch-reader.js';

let reader: WatchReader | undefined;
afterEach(() => reader?.stop());

describe('the bytes of a watch', () => {
  it('[B22] that come compressed, although nobody asked for it, are no events: the stream is resumed, whatever it is cut at', async () => {
    const compressed = gzipSync(
      Array.from({ length: 50 }, (_, index) => `${JSON.stringify(event('ADDED', example('z', 20 + index)))}\n`).join(''),
    );
    for (let at = 1; at <= compressed.length; at += 11) {
      reader = readWatch(at);
      const stream = await reader.watching(10);
      stream.events(event('ADDED', example('a', 11)));
      stream.send(compressed.subarray(0, at));
      await reader.settle();
      stream.break();
      const again = await reader.next();
      expect(again.query['resourceVersion']).toBe('11');
      again.stream().events(event('ADDED', example('b', 12)));
      await reader.settle();
      expect(reader.changes()).toBe('added a, added b');
      await reader.stop();
    }
  });

  it('[W-11] may hold objects of megabytes, empty lines, and a last line without its end', async () => {
    reader = readWatch();
    const stream = await reader.watching(10);
    const large = { ...example('large', 11), spec: { text: 'ä'.repeat(1_500_000) } };
    const bytes = Buffer.from(`\n${JSON.stringify(event('ADDED', large))}\n\r\n${JSON.stringify(event('ADDED', example('last', 12)))}`);
    for (let at = 0; at < bytes.length; at += 65_537) stream.send(bytes.subarray(at, at + 65_537));
    stream.end();
    const again = await reader.next();
    expect([reader.changes(), again.query['resourceVersion']]).toEqual(['added large, added last', '12']);
    const sizes = reader.signals.flatMap((said) => (said.kind === 'change' ? [JSON.stringify(said.object.body()).length > 1_500_000] : []));
    expect(sizes).toEqual([true, false]);
  });
});

describe('a list of 200,000 objects', () => {
  it('[B23] in pages is watched on from its own version as soon as its last page is there', async () => {
    reader = readWatch();
    for (let page = 0; page < 400; page += 1) {
      const items = Array.from({ length: 500 }, (_, index) => example(`o-${String(page * 500 + index)}`, 1));
      (await reader.next()).reply(200, listOf(1000, items, page < 399 ? `p${String(page + 1)}` : ''));
    }
    const watch = await reader.next();
    expect([watch.query['resourceVersion'], reader.clock.monotonicMs()]).toEqual(['1000', 0]);
    expect(reader.signals.filter(({ kind }) => kind === 'change')).toHaveLength(200_000);
  });

  it('[B23] as a stream needs no version that could age', async () => {
    reader = readWatch(1, { listForms: createListForms() });
    const stream = (await reader.next()).stream();
    for (let piece = 0; piece < 400; piece += 1) {
      stream.events(...Array.from({ length: 500 }, (_, index) => event('ADDED', example(`o-${String(piece * 500 + index)}`, 1))));
    }
    const metadata = { resourceVersion: '1000', annotations: { 'k8s.io/initial-events-end': 'true' } };
    stream.events({ type: 'BOOKMARK', object: { metadata } }, event('MODIFIED', example('o-7', 1001)));
    for (let turns = 0; turns < 1000 && reader.signals.length < 200_004; turns += 1) await reader.settle();
    expect(reader.signals.at(-1)).toMatchObject({ kind: 'change', type: 'modified' });
    expect(reader.signals.filter(({ kind }) => kind === 'change')).toHaveLength(200_001);
    expect(reader.server.waiting).toBe(0);
  });
});
