// A watch stream on its way to the client, line by line, with what befalls it.

import { ConnectionError } from './connection-error.js';
import type { StreamFault } from './fault.js';
import { faultStatus } from './fault-status.js';
import type { StreamPool } from './stream-pool.js';
import type { Waiting } from './waiting.js';

export interface StreamWorld {
  readonly waiting: Waiting;
  readonly signal: AbortSignal | undefined;
  readonly pool: () => StreamPool;
}

type Lines = AsyncIterable<Uint8Array>;
type Ending = 'reset' | 'end' | 'silence' | { readonly line: Uint8Array };

const encoder = new TextEncoder();
const BOOKMARK = Buffer.from('{"type":"BOOKMARK"');

/** Wraps the lines of a watch. */
export function faultyStream(lines: Lines, faults: readonly StreamFault[], world: StreamWorld): Lines {
  const passed = pass(lines, faults, world);
  const reorder = faults.find((fault) => fault.kind === 'reorderAcrossStreams');
  return reorder === undefined ? passed : world.pool().join(passed, reorder.ms);
}

async function* pass(lines: Lines, faults: readonly StreamFault[], world: StreamWorld): AsyncGenerator<Uint8Array, void, undefined> {
  const atOnce = endingAfter(faults, 0);
  const ending = atOnce ?? (yield* passUntilFault(lines, faults, world));
  if (atOnce !== undefined) await lines[Symbol.asyncIterator]().return?.();
  yield* finish(ending, world);
}

/** Gives what ends the stream before its time. */
async function* passUntilFault(
  lines: Lines,
  faults: readonly StreamFault[],
  world: StreamWorld,
): AsyncGenerator<Uint8Array, Ending | undefined, undefined> {
  const hasBookmarks = faults.every((fault) => fault.kind !== 'silenceBookmarks');
  const repeats = new Repeats(faults);
  let count = 0;
  for await (const line of lines) {
    if (isBookmark(line)) {
      if (hasBookmarks) yield line;
      continue;
    }
    const cut = cutInside(faults, count);
    if (cut !== undefined) {
      yield line.subarray(0, cut.bytes);
      return cut.ending;
    }
    count += 1;
    const delayMs = delayOf(faults, count);
    if (delayMs > 0) await world.waiting.forMs(delayMs, world.signal);
    if (!isLeftOut(faults, count)) yield line;
    yield* repeats.after(count, line);
    const ending = endingAfter(faults, count);
    if (ending !== undefined) return ending;
  }
  return undefined;
}

async function* finish(ending: Ending | undefined, { waiting, signal }: StreamWorld): AsyncGenerator<Uint8Array, void, undefined> {
  if (ending === 'reset') throw new ConnectionError('ECONNRESET');
  if (ending === 'silence') await waiting.forever(signal);
  if (typeof ending === 'object') yield ending.line;
}

/** Lines that come again later. */
class Repeats {
  readonly #faults: readonly (StreamFault & { kind: 'duplicate' })[];
  readonly #kept = new Map<number, Uint8Array>();

  constructor(faults: readonly StreamFault[]) {
    this.#faults = faults.filter((fault) => fault.kind === 'duplicate');
  }

  after(count: number, line: Uint8Array): readonly Uint8Array[] {
    if (this.#faults.some(({ event }) => event === count)) this.#kept.set(count, line);
    return this.#faults.flatMap(({ event, after = event }) => {
      const kept = after === count ? this.#kept.get(event) : undefined;
      return kept === undefined ? [] : [kept];
    });
  }
}

function isBookmark(line: Uint8Array): boolean {
  return BOOKMARK.equals(line.subarray(0, BOOKMARK.length));
}

function endingAfter(faults: readonly StreamFault[], count: number): Ending | undefined {
  for (const fault of faults) {
    if (fault.kind === 'cut' && fault.bytes === undefined && fault.afterEvents === count) return fault.ending ?? 'reset';
    if (fault.kind === 'silence' && fault.afterEvents === count) return 'silence';
    if (fault.kind === 'errorEvent' && fault.afterEvents === count) {
      return { line: encoder.encode(fault.line ?? `${JSON.stringify({ type: 'ERROR', object: faultStatus(fault) })}\n`) };
    }
  }
  return undefined;
}

function cutInside(faults: readonly StreamFault[], count: number): { bytes: number; ending: 'reset' | 'end' } | undefined {
  for (const fault of faults) {
    if (fault.kind === 'cut' && fault.bytes !== undefined && fault.afterEvents === count)
      return { bytes: fault.bytes, ending: fault.ending ?? 'reset' };
  }
  return undefined;
}

function delayOf(faults: readonly StreamFault[], count: number): number {
  return faults.reduce((sum, fault) => sum + (fault.kind === 'delayEvent' && fault.event === count ? fault.ms : 0), 0);
}

function isLeftOut(faults: readonly StreamFault[], count: number): boolean {
  return faults.some((fault) => fault.kind === 'dropEvents' && fault.from <= count && count <= fault.to);
}
