import type { Buffer } from 'node:buffer';
import { gunzip } from 'node:zlib';

/** What became of the body of an answer that was compressed. */
export type Unpacked =
  | { readonly kind: 'whole'; readonly body: Buffer }
  /** It is longer than it may be. A kilobyte can say that it is a gigabyte: reading ends there. */
  | { readonly kind: 'too-long' }
  /** It is no gzip, or was cut. */
  | { readonly kind: 'broken'; readonly error: Error };

/** The text of a body in gzip, of at most so many bytes. The event loop goes on meanwhile. */
export function unpack(packed: Buffer, mostBytes: number): Promise<Unpacked> {
  return new Promise((resolve) => {
    gunzip(packed, { maxOutputLength: mostBytes }, (error, body) => {
      if (error === null) resolve({ kind: 'whole', body });
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') resolve({ kind: 'too-long' });
      else resolve({ kind: 'broken', error });
    });
  });
}
