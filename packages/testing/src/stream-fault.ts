import { Buffer } from 'node:buffer';

/** What befalls one line of a watch, counted from 0 (every line counts, bookmarks too). */
export interface StreamFault {
  readonly kind: 'line';
  readonly nth: number;
  readonly how: LineFault;
}

export type LineFault =
  /** The connection breaks before it, after that many bytes of it, behind it. */
  | { readonly kind: 'cutBefore' }
  | { readonly kind: 'cutInside'; readonly bytes: number }
  | { readonly kind: 'cutAfter' }
  /** It comes twice. */
  | { readonly kind: 'duplicate' }
  /** It comes, with all that follow, that much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The server says an error in its place, and ends the stream. */
  | { readonly kind: 'error'; readonly code: number }
  /** It never comes, and so many more behind it neither; the stream goes on. */
  | { readonly kind: 'hide'; readonly more: number }
  /** From it on nothing comes any more, and nobody says so. */
  | { readonly kind: 'silence' };

/** What comes in the place of a line, and what becomes of the stream. */
export interface LineOutcome {
  readonly pieces: readonly Uint8Array[];
  readonly delayMs: number;
  readonly then: 'go-on' | 'break' | 'end' | 'silence';
}

/** What becomes of a line under its fault. */
export function afflictLine(line: Uint8Array, fault: LineFault): LineOutcome {
  const outcome = (pieces: readonly Uint8Array[], then: LineOutcome['then'], delayMs = 0): LineOutcome => ({ pieces, delayMs, then });
  switch (fault.kind) {
    case 'cutBefore':
      return outcome([], 'break');
    case 'cutInside':
      return outcome([line.subarray(0, Math.min(fault.bytes, line.length - 1))], 'break');
    case 'cutAfter':
      return outcome([line], 'break');
    case 'duplicate':
      return outcome([line, line], 'go-on');
    case 'delay':
      return outcome([line], 'go-on', fault.ms);
    case 'error':
      return outcome([errorLine(fault.code)], 'end');
    case 'hide':
      return outcome([], 'go-on');
    case 'silence':
      return outcome([], 'silence');
  }
}

/** Whether the n-th line is one that this fault befalls. */
export function isAfflicted(nth: number, { nth: first, how }: StreamFault): boolean {
  return nth === first || (how.kind === 'hide' && nth > first && nth <= first + how.more);
}

/** Whole lines of a piece of a stream. A server writes whole lines; what is left behind the last line feed is a line of its own. */
export function linesOf(chunk: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < chunk.length;) {
    const feed = chunk.indexOf(10, start);
    const end = feed === -1 ? chunk.length : feed + 1;
    lines.push(chunk.subarray(start, end));
    start = end;
  }
  return lines;
}

function errorLine(code: number): Uint8Array {
  const reason = code === 410 ? 'Expired' : 'InternalError';
  const object = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: `fault ${String(code)}`, reason, code };
  return Buffer.from(`${JSON.stringify({ type: 'ERROR', object })}\n`);
}
