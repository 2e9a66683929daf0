import { Buffer } from 'node:buffer';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Turns chunks of bytes into lines of text; see {@link createLineSplitter}. */
export interface LineSplitter {
  /** The lines completed by this chunk, without line ends; empty lines are left out. */
  push(chunk: Uint8Array): readonly string[];
  /** What came after the last line end, or `undefined`. The splitter is as new afterwards. */
  flush(): string | undefined;
}

/**
 * Splits a byte stream into lines. Chunks may end anywhere, also inside a character: bytes are joined before they are
 * decoded. Lines may have any length: the pieces of an incomplete line are kept apart and joined once.
 */
export function createLineSplitter(): LineSplitter {
  let pieces: Buffer[] = [];

  const completed = (tail: Buffer): string => {
    if (pieces.length === 0) return decode(tail);
    const line = Buffer.concat([...pieces, tail]);
    pieces = [];
    return decode(line);
  };

  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const lines: string[] = [];
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
        const line = completed(bytes.subarray(start, end));
        if (line !== '') lines.push(line);
        start = end + 1;
      }
      if (start < bytes.length) pieces.push(bytes.subarray(start));
      return lines;
    },
    flush() {
      const line = completed(Buffer.alloc(0));
      return line === '' ? undefined : line;
    },
  };
}

function decode(bytes: Buffer): string {
  const length = bytes.length;
  const end = length > 0 && bytes[length - 1] === CARRIAGE_RETURN ? length - 1 : length;
  return bytes.toString('utf8', 0, end);
}
