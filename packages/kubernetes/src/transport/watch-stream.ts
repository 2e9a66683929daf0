import { Buffer } from 'node:buffer';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** An object of etcd has 1.5 MiB; nothing that is one comes near this. */
const MOST_LINE_BYTES = 64 * 1024 * 1024;

/** Turns chunks of bytes into lines; see {@link createLineSplitter}. */
export interface LineSplitter {
  /** The lines completed by this chunk, without line ends; empty lines are left out. Throws when a line grows past the bound. */
  push(chunk: Uint8Array): readonly Buffer[];
  /** What came after the last line end, or `undefined`. The splitter is as new afterwards. */
  flush(): Buffer | undefined;
}

/**
 * Splits a byte stream into lines. Chunks may end anywhere, also inside a character: lines stay bytes, so
 * that nothing is decoded before it is whole. Lines may be long (default: 64 MiB): the pieces of an incomplete line are kept apart and joined once.
 */
export function createLineSplitter(mostLineBytes = MOST_LINE_BYTES): LineSplitter {
  let pieces: Buffer[] = [];
  let pending = 0;

  const completed = (tail: Buffer): Buffer => {
    if (pieces.length === 0) return withoutReturn(tail);
    const line = Buffer.concat([...pieces, tail]);
    pieces = [];
    pending = 0;
    return withoutReturn(line);
  };

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const lines: Buffer[] = [];
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        const line = completed(bytes.subarray(start, end));
        if (line.length > 0) lines.push(line);
        start = end + 1;
      }
      if (start < bytes.length) pieces.push(bytes.subarray(start));
      pending += bytes.length - start;
      if (pending > mostLineBytes) throw new Error(`a line is longer than ${String(mostLineBytes)} bytes`);
      return lines;
    },
    flush() {
      const line = completed(Buffer.alloc(0));
      return line.length === 0 ? undefined : line;
    },
  };
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
