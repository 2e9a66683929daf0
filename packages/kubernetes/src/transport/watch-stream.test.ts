import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from './watch-stream.js';

function split(chunks: readonly Uint8Array[]): { readonly lines: readonly string[]; readonly rest: string | undefined } {
  const splitter = createLineSplitter();
  const lines = chunks.flatMap((chunk) => splitter.push(chunk));
  return { lines: lines.map(String), rest: splitter.flush()?.toString() };
}

/** Cuts bytes at these places. */
function cut(bytes: Buffer, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...[...places].sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe('createLineSplitter', () => {
  it.each([
    { when: 'several events are in one chunk', chunks: ['{"a":1}\n{"b":2}\n'], lines: ['{"a":1}', '{"b":2}'], rest: undefined },
    { when: 'lines end with CRLF', chunks: ['one\r\ntwo\r\n'], lines: ['one', 'two'], rest: undefined },
    { when: 'a chunk ends between CR and LF', chunks: ['one\r', '\ntwo'], lines: ['one'], rest: 'two' },
    { when: 'there are empty lines', chunks: ['\n\none\n\r\n', '\n'], lines: ['one'], rest: undefined },
    { when: 'the last line has no end', chunks: ['one\ntw', 'o'], lines: ['one'], rest: 'two' },
    { when: 'nothing arrives', chunks: ['', ''], lines: [], rest: undefined },
  ])('[B3] gives the same lines when $when', ({ chunks, lines, rest }) => {
    expect(split(chunks.map((chunk) => Buffer.from(chunk)))).toEqual({ lines, rest });
  });

  it('[B2] [B3] gives the same lines wherever chunks are cut, also inside of characters', () => {
    const text = fc.array(
      fc
        .string({ unit: 'grapheme' })
        .map((line) => line.replace(/[\r\n]/g, ''))
        .filter((line) => line !== ''),
    );
    fc.assert(
      fc.property(text, fc.array(fc.nat()), (lines, places) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const chunks = cut(
          bytes,
          places.map((place) => place % (bytes.length + 1)),
        );
        expect(split(chunks).lines).toEqual(lines.map((line) => Buffer.from(line).toString('utf8')));
      }),
    );
  });

  it('[B3] joins a line that arrives byte by byte', () => {
    const line = '{"name":"ünïcödé 🦊 𝕏"}';
    const bytes = Buffer.from(`${line}\n`);
    expect(split(cut(bytes, [...bytes.keys()]))).toEqual({ lines: [line], rest: undefined });
  });

  it('takes lines of any ordinary length', () => {
    const line = 'x'.repeat(5_000_000);
    const bytes = Buffer.from(`${line}\nrest`);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) => bytes.subarray(i * 65_536, (i + 1) * 65_536));
    const { lines, rest } = split(chunks);
    expect([lines.length, lines[0] === line, rest]).toEqual([1, true, 'rest']);
  });

  it('gives up a line that does not end, and only that', () => {
    const splitter = createLineSplitter(10);
    expect(splitter.push(Buffer.from('0123456789\n01234')).map(String)).toEqual(['0123456789']);
    expect(splitter.push(Buffer.from('56789\n01234')).map(String)).toEqual(['0123456789']);
    expect(() => splitter.push(Buffer.from('567890'))).toThrow('a line is longer than 10 bytes');
  });
});
