import type { ApiServerClock } from '../clock.js';
import type { Random } from '../random.js';
import { ByteQueue } from '../watch/byte-queue.js';

// What one stream may pile up while it is held back.
const MOST_LINES = 1_000_000;

interface Member {
  readonly out: ByteQueue;
  readonly held: Uint8Array[];
  /** What to do once everything that is held is out. */
  finish?: () => void;
}

/** Streams of one rule whose lines are held back for a while and delivered stream by stream, in a random order of the streams. */
export class StreamPool {
  readonly #clock: ApiServerClock;
  readonly #random: Random;
  readonly #members = new Set<Member>();
  #stopTimer: (() => void) | undefined;

  constructor(clock: ApiServerClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  join(lines: AsyncIterable<Uint8Array>, ms: number): AsyncIterable<Uint8Array> {
    const source = lines[Symbol.asyncIterator]();
    const out = new ByteQueue({ limit: MOST_LINES, onClose: () => this.#leave(member, source) });
    const member: Member = { out, held: [] };
    this.#members.add(member);
    const read = async (): Promise<void> => {
      for (let next = await source.next(); next.done !== true; next = await source.next()) {
        member.held.push(next.value);
        this.#stopTimer ??= this.#clock.setTimer(ms, () => this.#release());
      }
    };
    const end = (finish: () => void): void => {
      member.finish = finish;
      this.#stopTimer ??= this.#clock.setTimer(ms, () => this.#release());
    };
    read().then(
      () => end(() => out.end()),
      (error: unknown) => end(() => out.fail(error)),
    );
    return out;
  }

  #release(): void {
    this.#stopTimer = undefined;
    const waiting = [...this.#members];
    while (waiting.length > 0) {
      const [member] = waiting.splice(Math.floor(this.#random.next() * waiting.length), 1);
      for (const line of member?.held.splice(0) ?? []) member?.out.push(line);
      member?.finish?.();
    }
  }

  #leave(member: Member, source: AsyncIterator<Uint8Array>): void {
    this.#members.delete(member);
    if (this.#members.size === 0) {
      this.#stopTimer?.();
      this.#stopTimer = undefined;
    }
    source.return?.().catch(() => undefined);
  }
}
