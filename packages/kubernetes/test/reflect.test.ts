import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { CredentialsError } from '../src/errors.js';
import { bookmark, event, example, failure, listOf } from './support/sample-objects.js';
import { unreachable } from './support/scripted-transport.js';
import { kindsOf, readersOfSuite, type WatchReader } from './support/watch-reader.js';

const read = readersOfSuite();
const kinds = kindsOf;

describe('a list', () => {
  it('is paged and consistent, and begins and ends the sync', async () => {
    const reader = read();
    const first = await reader.next();
    expect([first.at, first.query]).toEqual(['/apis/kopf.dev/v1/namespaces/default/kopfexamples', { limit: '500' }]);
    first.reply(200, listOf(10, [example('a', 1), example('b', 2)], 'p2'));
    const second = await reader.next();
    expect(second.query).toEqual({ limit: '500', continue: 'p2' });
    second.reply(200, listOf(10, [example('c', 3)]));
    await reader.settle();
    expect(kinds(reader)).toEqual(['connecting', 'sync-begin', 'change', 'change', 'change', 'sync-end']);
    expect(reader.changes()).toBe('listed a, listed b, listed c');
  });

  it('[B24, W-02] gives items their kind, and passes over those without identity', async () => {
    const reader = read();
    const { apiVersion: _apiVersion, kind: _kind, ...bare } = example('a', 1);
    (await reader.next()).reply(200, listOf(10, [bare as never, { metadata: {} } as never]));
    await reader.settle();
    const bodies = reader.signals.flatMap((said) => (said.kind === 'change' ? [said.object.body()] : []));
    expect(bodies).toEqual([example('a', 1)]);
    expect(reader.notes).toEqual(['list-items-ignored']);
  });

  it('[B8] starts over when a page expired, and misses nothing that went meanwhile', async () => {
    const reader = read();
    (await reader.next()).reply(200, listOf(10, [example('a', 1), example('b', 2)], 'p2'));
    (await reader.next()).reply(410, failure(410, 'Expired'));
    const again = await reader.next();
    expect(again.query).toEqual({ limit: '500' });
    again.reply(200, listOf(20, [example('b', 2), example('c', 15)]));
    await reader.settle();
    expect(reader.changes()).toBe('listed a, listed b, listed c, deleted a (inferred)');
    expect(kinds(reader).filter((kind) => kind.startsWith('sync'))).toEqual(['sync-begin', 'sync-end']);
  });

  it.each([
    { answer: 'HTML', reply: [200, '<html>'] },
    { answer: 'truncated JSON', reply: [200, '{"metadata":{"resourceVersion":"1"},"items":['] },
    { answer: 'no list', reply: [200, { kind: 'Status' }] },
    { answer: '500', reply: [500, failure(500, 'InternalError')] },
    { answer: '429', reply: [429, failure(429, 'TooManyRequests')] },
  ] as const)('[B7] [C13] is tried again after $answer', async ({ reply: [status, body] }) => {
    const reader = read();
    (await reader.next()).reply(status, body);
    (await reader.next()).reply(200, listOf(10, [example('a', 1)]));
    await reader.settle();
    expect(reader.changes()).toBe('listed a');
    expect(kinds(reader).slice(0, 2)).toEqual(['connecting', 'retrying']);
  });
});

describe('a watch', () => {
  it('continues from the list, asks for bookmarks, and for an end between 5 and 10 minutes', async () => {
    const reader = read();
    (await reader.next()).reply(200, listOf(10, []));
    const { query, lane } = await reader.next();
    expect({ ...query, lane }).toMatchObject({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion: '10', lane: 'watch' });
    expect(Number(query['timeoutSeconds'])).toBeGreaterThanOrEqual(300);
    expect(Number(query['timeoutSeconds'])).toBeLessThanOrEqual(600);
  });

  it('[B7] goes on from the last event when there are no credentials to connect again with, and says so', async () => {
    const reader = read();
    const stream = await reader.watching(10);
    stream.events(event('ADDED', example('a', 11)));
    stream.end();
    for (let failures = 0; failures < 2; failures += 1) {
      (await reader.next()).fail(new CredentialsError('/k', 'the plugin p ended with exit code 1'));
    }
    const again = await reader.next();
    expect(again.query).toMatchObject({ watch: 'true', resourceVersion: '11' });
    again.stream().events(event('MODIFIED', example('a', 12)));
    await reader.settle();
    expect(reader.changes()).toBe('added a, modified a');
    expect(kinds(reader).filter((kind) => kind.startsWith('sync') || kind === 'retrying')).toEqual(['sync-begin', 'sync-end', 'retrying']);
    expect(reader.signals).toContainEqual(
      expect.objectContaining({
        kind: 'health',
        state: 'retrying',
        error: expect.objectContaining({ code: 'KOPF_CREDENTIALS' }) as unknown,
      }),
    );
  });

  it('[B21] resumes at once from the last event when the server ends it', async () => {
    const reader = read();
    const stream = await reader.watching(10);
    stream.events(event('ADDED', example('a', 11)), event('MODIFIED', example('a', 12)));
    stream.end();
    await reader.settle();
    const again = await reader.server.next();
    expect(again.query['resourceVersion']).toBe('12');
    expect(reader.changes()).toBe('added a, modified a');
  });

  it('[B1] [B2] loses and repeats nothing when it is cut at any byte', async () => {
    const events = [event('ADDED', example('ä🦊', 11)), event('MODIFIED', example('ä🦊', 12)), event('DELETED', example('ä🦊', 13))];
    const bytes = Buffer.from(events.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const versions = [11, 12, 13];
    const ends = events.map((_, index) =>
      Buffer.byteLength(
        events
          .slice(0, index + 1)
          .map((one) => `${JSON.stringify(one)}\n`)
          .join(''),
      ),
    );
    for (let at = 0; at <= bytes.length; at += 7) {
      for (const how of ['end', 'break'] as const) {
        const reader = read(at);
        const stream = await reader.watching(10);
        stream.send(bytes.subarray(0, at));
        await reader.settle();
        stream[how]();
        const again = await reader.next();
        const from = Number(again.query['resourceVersion']);
        // The line end alone may be missing: then the event is whole.
        expect([ends.filter((end) => end <= at).length + 10, ends.filter((end) => end - 1 <= at).length + 10]).toContain(from);
        again.stream().events(...events.filter((_, index) => (versions[index] ?? 0) > from));
        await reader.settle();
        expect(reader.changes()).toBe('added ä🦊, modified ä🦊, deleted ä🦊');
      }
    }
  });

  it.each([
    { how: 'as HTTP status', expire: async (reader: WatchReader) => (await reader.next()).reply(410, failure(410, 'Expired')) },
    {
      how: 'in the stream',
      expire: async (reader: WatchReader) => (await reader.next()).stream().events({ type: 'ERROR', object: failure(410, 'Expired') }),
    },
  ])('[B5] [B6] [B9] lists again after 410 $how, and infers deletions', async ({ expire }) => {
    const reader = read();
    (await reader.next()).reply(200, listOf(10, [example('kept', 1), example('lost', 2), example('changed', 3)]));
    await expire(reader);
    reader.changes();
    (await reader.next()).reply(200, listOf(20, [example('kept', 1), example('changed', 15), example('new', 16)]));
    await reader.settle();
    expect(reader.changes()).toBe('listed changed, listed new, deleted lost (inferred)');
  });

  it('[B6] makes no loop of a history that is always gone', async () => {
    const reader = read();
    for (let round = 0; round < 30; round += 1) {
      (await reader.next()).reply(200, listOf(10, []));
      (await reader.next()).stream().events({ type: 'ERROR', object: failure(410, 'Expired') });
    }
    expect(reader.clock.monotonicMs()).toBeGreaterThan(120_000);
  });

  it('[B20] makes no loop of streams that end at once', async () => {
    const reader = read();
    (await reader.watching(10)).end();
    for (let round = 0; round < 30; round += 1) (await reader.next()).stream().end();
    expect(reader.clock.monotonicMs()).toBeGreaterThan(30 * 800);
  });

  it.each([
    { code: 500, reason: 'InternalError' },
    { code: 503, reason: 'ServiceUnavailable' },
    { code: 504, reason: 'Timeout' },
    { code: 429, reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } },
    { code: 401, reason: 'Unauthorized' },
    { code: 403, reason: 'Forbidden' },
    { code: 418, reason: 'Teapot' },
    { code: 'x', reason: 7 },
  ])('[B7] goes on from the last version after an ERROR event $code', async ({ code, reason, details }) => {
    const reader = read();
    const stream = await reader.watching(10);
    stream.events(event('ADDED', example('a', 11)), { type: 'ERROR', object: { ...failure(0, ''), code, reason, details } });
    const again = await reader.next();
    expect(again.query['resourceVersion']).toBe('11');
    if (details !== undefined) expect(reader.clock.monotonicMs()).toBeGreaterThanOrEqual(3000);
    expect(kinds(reader).at(-1)).toBe(code === 403 ? 'denied' : 'retrying');
  });

  it('[B24, W-06] passes over what it does not know, and takes its version', async () => {
    const reader = read();
    const stream = await reader.watching(10);
    stream.events(
      { type: 'SURPRISE', object: { metadata: { resourceVersion: '11' } } },
      { type: 'ADDED', object: { metadata: null } },
      { type: 'BOOKMARK', object: {} },
    );
    stream.end();
    const again = await reader.next();
    expect(again.query['resourceVersion']).toBe('11');
    expect(reader.notes).toEqual(['watch-line-ignored', 'watch-line-ignored', 'watch-line-ignored']);
  });

  it('[C13] takes a line that is no JSON for a broken stream', async () => {
    const reader = read();
    const stream = await reader.watching(10);
    stream.send(`${JSON.stringify(event('ADDED', example('a', 11)))}\n<html>\n${JSON.stringify(event('ADDED', example('b', 12)))}\n`);
    const again = await reader.next();
    expect([again.query['resourceVersion'], reader.changes()]).toEqual(['11', 'added a']);
  });

  it('[B4, W-09] takes 150 silent seconds after a bookmark for a dead connection', async () => {
    const reader = read();
    const stream = await reader.watching(10);
    stream.events(bookmark(20));
    await reader.settle();
    const before = reader.clock.monotonicMs();
    const again = await reader.next();
    expect(again.query['resourceVersion']).toBe('20');
    expect(reader.clock.monotonicMs() - before).toBeGreaterThanOrEqual(150_000);
    expect(reader.clock.monotonicMs() - before).toBeLessThan(151_000);
    expect(stream.isDestroyed).toBe(true);
  });

  it('[B26] lists when a server that sends bookmarks says nothing at all to a watch: a restored backup does not know its version yet', async () => {
    const reader = read();
    const stream = await reader.watching(100);
    stream.events(bookmark(120));
    await reader.settle();
    stream.end();
    const resumed = await reader.next();
    expect(resumed.query['resourceVersion']).toBe('120');
    resumed.stream();
    await reader.settle();
    const before = reader.clock.monotonicMs();
    const list = await reader.next();
    expect([list.query['watch'], list.query['resourceVersion']]).toEqual([undefined, undefined]);
    expect(reader.clock.monotonicMs() - before).toBeLessThan(151_000);
    list.reply(200, listOf(92, [example('a', 90)]));
    // What it says after the list is all that is known of its bookmarks.
    const quiet = await reader.next();
    quiet.stream();
    await reader.settle();
    const began = reader.clock.monotonicMs();
    expect((await reader.next()).query['resourceVersion']).toBe('92');
    expect(reader.clock.monotonicMs() - began).toBeGreaterThan(300_000);
    expect(reader.signals.flatMap((said) => (said.kind === 'sync-begin' ? [said.newEpoch] : []))).toEqual([false, true]);
  });

  it('[B18] ends a stream without bookmarks itself, 15 seconds after the server should have', async () => {
    const reader = read();
    (await reader.next()).reply(200, listOf(10, []));
    const request = await reader.next();
    const stream = request.stream();
    await reader.settle();
    const before = reader.clock.monotonicMs();
    const again = await reader.next();
    expect(again.query['resourceVersion']).toBe('10');
    expect(reader.clock.monotonicMs() - before).toBe(Number(request.query['timeoutSeconds']) * 1000 + 15_000);
    expect([stream.isDestroyed, kinds(reader).includes('retrying')]).toEqual([true, false]);
  });

  it('[B26] opens a new epoch when a list is older than what was seen', async () => {
    const reader = read();
    (await reader.next()).reply(200, listOf(100, [example('a', 90), example('b', 95)]));
    (await reader.next()).reply(410, failure(410, 'Expired'));
    (await reader.next()).reply(200, listOf(92, [example('a', 90)]));
    await reader.settle();
    expect(reader.signals.flatMap((said) => (said.kind === 'sync-begin' ? [said.newEpoch] : []))).toEqual([false, true]);
    expect(reader.changes()).toBe('listed a, listed b, listed a, deleted b (inferred)');
  });

  it('survives a transport that throws what it should not', async () => {
    const reader = read();
    (await reader.next()).fail(new TypeError('a bug'));
    (await reader.next()).fail(unreachable('connect'));
    (await reader.next()).reply(200, listOf(10, []));
    await reader.settle();
    expect(kinds(reader)).toEqual(['connecting', 'retrying', 'sync-begin', 'sync-end']);
  });
});

describe('a connection that breaks', () => {
  it.each(['connect', 'sent', 'body'] as const)(
    '[W-07] in a list (%s) has it asked for anew after a pause, and not without one',
    async (phase) => {
      const reader = read();
      (await reader.next()).fail(unreachable(phase));
      await reader.settle();
      expect([reader.server.waiting, kinds(reader).at(-1)]).toEqual([0, 'retrying']);
      const again = await reader.next();
      expect([again.query['watch'], reader.clock.monotonicMs() > 0]).toEqual([undefined, true]);
      again.reply(200, listOf(10, [example('a', 1)]));
      await reader.settle();
      expect(reader.changes()).toBe('listed a');
    },
  );

  it.each(['end', 'break'] as const)('[W-07] in a watch (%s) has that resumed, without a list', async (how) => {
    const reader = read();
    const stream = await reader.watching(10);
    stream.events(event('ADDED', example('a', 11)));
    await reader.settle();
    stream[how]();
    const again = await reader.next();
    expect([again.query['watch'], again.query['resourceVersion']]).toEqual(['true', '11']);
  });
});

describe('the end of a watch', () => {
  it.each([
    { when: 'the list is awaited', until: async (reader: WatchReader) => reader.next() },
    { when: 'the back-off runs', until: async (reader: WatchReader) => (await reader.next()).fail(unreachable('connect')) },
    {
      when: 'the watch is being opened',
      until: async (reader: WatchReader) => {
        (await reader.next()).reply(200, listOf(10, []));
        await reader.next();
      },
    },
    { when: 'a stream is open', until: async (reader: WatchReader) => reader.watching(10) },
  ])('[W-14] comes with its signal when $when, quietly', async ({ until }) => {
    const reader = read();
    await until(reader);
    await reader.settle();
    await reader.stop();
    const said = reader.signals.length;
    await reader.settle();
    expect([reader.signals.length, reader.server.waiting]).toEqual([said, 0]);
  });
});
