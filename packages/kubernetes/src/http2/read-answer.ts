import { Buffer } from 'node:buffer';
import { BROKEN } from '../transport/read-reply.js';
import type { WireReply, WireStream } from '../transport/request.js';
import type { Http2Answer } from './exchange.js';

/** The whole answer. An answer that says it is longer than `mostBytes`, or is, is given up with what `tooLong` gives. */
export function readWhole(answer: Http2Answer, mostBytes: number, tooLong: () => Error): Promise<WireReply> {
  const { status, headers, stream } = answer;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let broken: Error | undefined;
    const giveUp = (): void => {
      reject(tooLong());
      stream.destroy();
    };
    if (Number(headers['content-length'] ?? 0) > mostBytes) return giveUp();
    answer.arrived();
    stream.on('data', (chunk: Buffer) => {
      answer.arrived();
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) giveUp();
    });
    stream.once('error', (error: Error) => {
      broken = error;
    });
    const end = (): void => {
      if (broken === undefined && answer.isWhole()) resolve({ status, headers, body: Buffer.concat(chunks) });
      else reject(answer.failure(broken ?? new Error(BROKEN)));
    };
    // It may have broken before anybody read it; nothing more is said then.
    if (stream.closed && stream.destroyed) end();
    else stream.once('close', end);
  });
}

/** The answer as it comes. */
export function streamOf(answer: Http2Answer): WireStream {
  const { status, headers, stream } = answer;
  return { status, headers, chunks: chunksOf(answer), destroy: () => stream.destroy() };
}

async function* chunksOf(answer: Http2Answer): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of answer.stream) yield chunk as Buffer;
    if (!answer.isWhole()) throw new Error(BROKEN);
  } catch (error) {
    throw answer.failure(error);
  }
}
