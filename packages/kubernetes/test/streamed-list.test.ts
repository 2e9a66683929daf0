import { describe, expect, it } from 'vitest';
import { createListForms } from '../src/watch/list-forms.js';
import { bookmark, event, EXAMPLES, example, failure, listOf } from './support/sample-objects.js';
import type { ScriptedStream } from './support/scripted-transport.js';
import { kindsOf, readersOfSuite, type WatchReader } from './support/watch-reader.js';

const open = readersOfSuite();
const forms = createListForms;
const read = (listForms = forms()): WatchReader => open(1, { listForms });
const kinds = kindsOf;
const added = (name: string, version: number) => event('ADDED', example(name, version));
const end = (version: number): unknown => ({
  type: 'BOOKMARK',
  object: {
    kind: 'KopfExample',
    apiVersion: 'kopf.dev/v1',
    metadata: { resourceVersion: String(version), annotations: { 'k8s.io/initial-events-end': 'true' } },
  },
});
const isStreamed = (query: Readonly<Record<string, string>>) => query['sendInitialEvents'] === 'true';

/** Accepts the streamed list, and sends what it holds. */
async function streaming(reader: WatchReader, ...events: readonly unknown[]): Promise<ScriptedStream> {
  const request = await reader.next();
  expect(isStreamed(request.query)).toBe(true);
  const stream = request.stream();
  stream.events(...events);
  await reader.settle();
  return stream;
}

describe('a streamed list', () => {
  it('[W-18] ends at its mark, and the same stream goes on as the watch', async () => {
    const reader = read();
    const request = await reader.next();
    expect([request.lane, request.query]).toMatchObject([
      'watch',
      { watch: 'true', allowWatchBookmarks: 'true', sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' },
    ]);
    expect(request.query).not.toHaveProperty('resourceVersion');
    const stream = request.stream();
    stream.events(added('a', 1), added('b', 2), end(10));
    await reader.settle();
    expect(kinds(reader)).toEqual(['connecting', 'sync-begin', 'change', 'change', 'sync-end', 'live']);
    stream.events(event('MODIFIED', example('a', 11)));
    await reader.settle();
    expect(reader.changes()).toBe('listed a, listed b, modified a');
    stream.end();
    expect((await reader.next()).query['resourceVersion']).toBe('11');
  });

  it('holds what changed and what went while it came', async () => {
    const reader = read();
    await streaming(
      reader,
      added('a', 1),
      added('b', 2),
      event('MODIFIED', example('a', 8)),
      event('DELETED', example('b', 9)),
      added('c', 10),
      end(10),
    );
    expect(reader.changes()).toBe('listed a, listed b, listed a, deleted b, listed c');
  });

  it.each(['end', 'break'] as const)('[B19, W-21] starts over when it is cut before its mark (%s), and is one sync', async (how) => {
    const reader = read();
    (await streaming(reader, added('a', 1), added('b', 2)))[how]();
    await streaming(reader, added('b', 2), added('c', 3), end(10));
    expect(reader.changes()).toBe('listed a, listed b, listed c, deleted a (inferred)');
    expect(kinds(reader).filter((kind) => kind.startsWith('sync'))).toEqual(['sync-begin', 'sync-end']);
  });

  it('[B19] is asked for in pages when it was cut three times', async () => {
    const reader = read();
    for (let round = 0; round < 3; round += 1) (await streaming(reader, added('a', 1))).break();
    const page = await reader.next();
    expect(page.query).toEqual({ limit: '500' });
    page.reply(200, listOf(10, [example('a', 1)]));
    await reader.settle();
    expect(reader.changes()).toBe('listed a');
    expect(kinds(reader).filter((kind) => kind.startsWith('sync'))).toEqual(['sync-begin', 'sync-end']);
  });

  it.each([
    [422, 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'],
    [422, 'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch'],
    [400, 'unknown parameter sendInitialEvents'],
    [403, 'field sendInitialEvents is forbidden'],
  ])('[B19, W-19] gives way to pages at once when it is refused (%i %s), for all kinds of that server', async (code, message) => {
    const listForms = forms();
    const reader = read(listForms);
    (await reader.next()).reply(code, failure(code, 'Invalid', { message }));
    await reader.settle();
    expect(reader.clock.monotonicMs()).toBe(0);
    (await reader.next()).reply(200, listOf(10, []));
    await reader.settle();
    expect(kinds(reader)).toEqual(['connecting', 'sync-begin', 'sync-end']);
    expect([listForms.mayStream(EXAMPLES), listForms.mayStream({ group: 'other.dev', version: 'v1' })]).toEqual([false, true]);
    expect((await read(listForms).next()).query).toEqual({ limit: '500' });
  });

  it('a refusal for another reason is no reason to forget it', async () => {
    const listForms = forms();
    const reader = read(listForms);
    (await reader.next()).reply(403, failure(403, 'Forbidden'));
    expect(isStreamed((await reader.next()).query)).toBe(true);
    expect([listForms.mayStream(EXAMPLES), kinds(reader).at(-1)]).toEqual([true, 'denied']);
  });

  it('[B19] gives way to pages 10 seconds after its last object when no mark comes', async () => {
    const listForms = forms();
    const reader = read(listForms);
    const stream = await streaming(reader, added('a', 1));
    reader.clock.advanceTo(8000);
    stream.events(added('b', 2));
    await reader.settle();
    const page = await reader.next();
    expect([page.query, reader.clock.monotonicMs()]).toEqual([{ limit: '500' }, 18_000]);
    page.reply(200, listOf(10, [example('b', 2)]));
    await reader.settle();
    expect(reader.changes()).toBe('listed a, listed b, deleted a (inferred)');
    expect([stream.isDestroyed, listForms.mayStream(EXAMPLES)]).toEqual([true, false]);
  });

  it('[B19] gives way to pages after two minutes when changes keep coming, and never the mark', async () => {
    const reader = read();
    const stream = await streaming(reader, added('a', 1));
    for (let version = 2; reader.server.waiting === 0 && version < 100; version += 1) {
      reader.clock.advanceTo(reader.clock.monotonicMs() + 5000);
      stream.events(added('a', version));
      await reader.settle();
    }
    expect(reader.clock.monotonicMs()).toBe(120_000);
    expect((await reader.next()).query).toEqual({ limit: '500' });
  });

  it('[B19, W-20] takes a bookmark without the mark for no end, but for a server that streams no lists', async () => {
    const reader = read();
    await streaming(reader, added('a', 1), bookmark(10));
    expect(kinds(reader)).not.toContain('sync-end');
    expect((await reader.next()).query).toEqual({ limit: '500' });
  });

  it('lives on as long as any watch, and is as dead as any after 150 silent seconds', async () => {
    const reader = read();
    await streaming(reader, end(10));
    const again = await reader.next();
    expect([again.query['resourceVersion'], reader.clock.monotonicMs()]).toEqual(['10', expect.any(Number)]);
    expect(reader.clock.monotonicMs()).toBeGreaterThanOrEqual(150_000);
    expect(reader.clock.monotonicMs()).toBeLessThan(151_000);
  });

  it('[B9] is asked for again when the history is gone, and tells what went', async () => {
    const reader = read();
    const stream = await streaming(reader, added('a', 1), added('b', 2), end(10));
    stream.events({ type: 'ERROR', object: failure(410, 'Expired') });
    await streaming(reader, added('b', 15), end(20));
    expect(reader.changes()).toBe('listed a, listed b, listed b, deleted a (inferred)');
  });

  it('[B26] opens a new epoch by pages when it is older than what was seen', async () => {
    const reader = read();
    const stream = await streaming(reader, added('a', 90), added('b', 95), end(100));
    stream.events({ type: 'ERROR', object: failure(410, 'Expired') });
    await streaming(reader, added('a', 90), end(92));
    (await reader.next()).reply(200, listOf(92, [example('a', 90)]));
    await reader.settle();
    expect(reader.signals.flatMap((said) => (said.kind === 'sync-begin' ? [said.newEpoch] : []))).toEqual([false, false, true]);
    expect(reader.changes()).toBe('listed a, listed b, listed a, deleted b (inferred)');
    expect((await reader.next()).query['resourceVersion']).toBe('92');
  });
});
