import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer, StreamFault } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, call, configMap } from './client.js';
import { ManualClock } from './manual-clock.js';

const opened: ApiServer[] = [];
function open(seed = 1): { server: ApiServer; clock: ManualClock } {
  const clock = new ManualClock();
  const server = createApiServer({ seed, clock });
  opened.push(server);
  return { server, clock };
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

const create = (server: ApiServer, name: string) => call(server, 'POST', CONFIG_MAPS, { body: configMap(name) });
const turns = async () => {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
};

/** What a client reads of a stream, piece by piece, and how the stream ends. */
interface Reading {
  readonly pieces: string[];
  end: 'open' | 'end' | { readonly code: unknown };
  readonly abort: AbortController;
}

async function read(server: ApiServer, path = `${CONFIG_MAPS}?watch=1`): Promise<Reading> {
  const abort = new AbortController();
  const answer = await server.handle({ method: 'GET', path, signal: abort.signal });
  const reading: Reading = { pieces: [], end: 'open', abort };
  const go = async (): Promise<void> => {
    for await (const chunk of answer.chunks) reading.pieces.push(Buffer.from(chunk).toString());
  };
  go().then(
    () => (reading.end = 'end'),
    (error: unknown) => (reading.end = { code: (error as { code?: unknown }).code }),
  );
  return reading;
}

/** The names of the objects of whole events, the type of what has none. */
const said = ({ pieces }: Reading) =>
  pieces.map((piece) => {
    const { type, object } = JSON.parse(piece) as { type: string; object: { metadata: { name?: string } } };
    return object.metadata.name ?? type;
  });

/** A watch of the events a, b, c, d with faults. */
async function watchFour(...faults: StreamFault[]): Promise<Reading> {
  const { server } = open();
  server.faults.add({ verb: 'watch' }, faults);
  const reading = await read(server);
  for (const name of ['a', 'b', 'c', 'd']) await create(server, name);
  await turns();
  return reading;
}

describe('a watch stream', () => {
  it('[B1] breaks after any event, with and without an error', async () => {
    for (const afterEvents of [0, 1, 3]) {
      const reset = await watchFour({ kind: 'cut', afterEvents });
      expect({ said: said(reset), end: reset.end }).toEqual({ said: ['a', 'b', 'c'].slice(0, afterEvents), end: { code: 'ECONNRESET' } });
      const ended = await watchFour({ kind: 'cut', afterEvents, ending: 'end' });
      expect({ said: said(ended), end: ended.end }).toEqual({ said: ['a', 'b', 'c'].slice(0, afterEvents), end: 'end' });
    }
  });

  it('[B2] breaks inside an event', async () => {
    const whole = (await watchFour({ kind: 'silence', afterEvents: 9 })).pieces[1] ?? '';
    for (const bytes of [1, 64, whole.length - 1]) {
      const { pieces, end } = await watchFour({ kind: 'cut', afterEvents: 1, bytes });
      expect({ part: pieces[1], pieces: pieces.length, end }).toEqual({
        part: whole.slice(0, bytes),
        pieces: 2,
        end: { code: 'ECONNRESET' },
      });
    }
    expect((await watchFour({ kind: 'cut', afterEvents: 0, bytes: 5, ending: 'end' })).end).toBe('end');
  });

  it.each([
    [410, 'Expired', undefined],
    [500, 'InternalError', undefined],
    [503, 'ServiceUnavailable', undefined],
    [504, 'Timeout', undefined],
    [429, 'TooManyRequests', 7],
    [403, 'Forbidden', undefined],
    [401, 'Unauthorized', undefined],
  ])('[B7] says %i %s inside the stream and ends', async (code, reason, retryAfterSeconds) => {
    const { pieces, end } = await watchFour({ kind: 'errorEvent', afterEvents: 2, code, retryAfterSeconds });
    expect(pieces).toHaveLength(3);
    const details = retryAfterSeconds === undefined ? {} : { details: { retryAfterSeconds } };
    expect(JSON.parse(pieces[2] ?? '')).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', status: 'Failure', code, reason, ...details },
    });
    expect(pieces[2]?.endsWith('}\n')).toBe(true);
    expect(end).toBe('end');
  });

  it('[B7] says anything instead of an event', async () => {
    const { pieces } = await watchFour({ kind: 'errorEvent', afterEvents: 0, code: 500, line: 'nonsense\n' });
    expect(pieces).toEqual(['nonsense\n']);
  });

  it('[B16] repeats an event, at once or after later ones', async () => {
    expect(said(await watchFour({ kind: 'duplicate', event: 2 }))).toEqual(['a', 'b', 'b', 'c', 'd']);
    expect(said(await watchFour({ kind: 'duplicate', event: 1, after: 3 }, { kind: 'duplicate', event: 4 }))).toEqual([
      'a',
      'b',
      'c',
      'a',
      'd',
      'd',
    ]);
  });

  it('[B14] leaves events out', async () => {
    expect(said(await watchFour({ kind: 'dropEvents', from: 2, to: 3 }))).toEqual(['a', 'd']);
  });

  it('[B4] falls silent without an end, until the client goes', async () => {
    const reading = await watchFour({ kind: 'silence', afterEvents: 1 });
    expect({ said: said(reading), end: reading.end }).toEqual({ said: ['a'], end: 'open' });
    reading.abort.abort();
    await turns();
    expect(reading.end).toEqual({ code: 'ECONNRESET' });
  });

  it('brings an event late, and all after it', async () => {
    const { server, clock } = open();
    server.faults.add({ verb: 'watch' }, { kind: 'delayEvent', event: 2, ms: 1_000 });
    const reading = await read(server);
    for (const name of ['a', 'b', 'c']) await create(server, name);
    await turns();
    expect(said(reading)).toEqual(['a']);
    clock.advance(1_000);
    await turns();
    expect(said(reading)).toEqual(['a', 'b', 'c']);
  });

  it('[B18] has no bookmarks, and does not count them as events', async () => {
    for (const [faults, expected] of [
      [[{ kind: 'silenceBookmarks' }], ['a']],
      [[{ kind: 'cut', afterEvents: 1 }], ['BOOKMARK', 'BOOKMARK', 'a']],
    ] as const) {
      const { server, clock } = open();
      server.faults.add({ verb: 'watch' }, faults);
      const stream = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
      const reading = await read(server, `${CONFIG_MAPS}?watch=1&${stream}`);
      clock.advance(60_000);
      await create(server, 'a');
      await turns();
      expect(said(reading)).toEqual(expected);
    }
  });

  it('is not touched by faults of another request, nor are other requests by faults of streams', async () => {
    const { server } = open();
    server.faults.add({}, { kind: 'cut', afterEvents: 1 });
    expect((await create(server, 'a')).status).toBe(201);
    expect(server.faults.pending).toBe(1);
  });

  it('is reset after so many bytes of it', async () => {
    const { server } = open();
    server.faults.add({ verb: 'watch' }, { kind: 'truncate', bytes: 100 });
    const reading = await read(server);
    await create(server, 'a');
    await turns();
    expect({ length: reading.pieces.join('').length, end: reading.end }).toEqual({ length: 100, end: { code: 'ECONNRESET' } });
  });

  it('leaves nothing behind at the server when it breaks', async () => {
    const { server, clock } = open();
    server.faults.add({ verb: 'watch', times: 3 }, [{ kind: 'cut', afterEvents: 1 }]);
    const readings = await Promise.all([read(server), read(server), read(server)]);
    await create(server, 'a');
    await turns();
    expect(readings.map(({ end }) => end)).toEqual(Array.from({ length: 3 }, () => ({ code: 'ECONNRESET' })));
    expect(clock.pending).toBe(0);
  });
});

describe('streams of one rule', () => {
  const SECRETS = '/api/v1/namespaces/default/secrets';

  /** In which order three streams bring what happened, each in its own order. */
  async function orderOf(seed: number): Promise<readonly string[]> {
    const { server, clock } = open(seed);
    server.faults.add({ verb: 'watch', times: 3 }, { kind: 'reorderAcrossStreams', ms: 100 });
    const order: string[] = [];
    const paths = [CONFIG_MAPS, SECRETS, '/api/v1/namespaces/default/services'];
    const streams = await Promise.all(paths.map((path) => server.handle({ method: 'GET', path: `${path}?watch=1` })));
    for (const [index, stream] of streams.entries()) {
      const follow = async (): Promise<void> => {
        for await (const chunk of stream.chunks) {
          const { object } = JSON.parse(Buffer.from(chunk).toString()) as { object: { metadata: { name: string } } };
          order.push(`${index}${object.metadata.name}`);
        }
      };
      follow().catch(() => order.push('broken'));
    }
    for (const name of ['a', 'b']) {
      await create(server, name);
      await call(server, 'POST', SECRETS, { body: { metadata: { name } } });
      await call(server, 'POST', paths[2] ?? '', { body: { metadata: { name }, spec: { ports: [{ port: 1 }] } } });
    }
    await turns();
    expect(order).toEqual([]);
    clock.advance(100);
    await turns();
    return order;
  }

  it('[B17] overtake each other, but not themselves, as the seed says', async () => {
    const orders = new Set<string>();
    for (let seed = 1; seed <= 20; seed += 1) {
      const order = await orderOf(seed);
      expect(await orderOf(seed)).toEqual(order);
      for (const index of ['0', '1', '2']) {
        const own = order.filter((event) => event.startsWith(index));
        expect(own).toEqual([`${index}a`, `${index}b`]);
      }
      orders.add(order.join());
    }
    expect(orders.size).toBeGreaterThan(3);
  });
});
