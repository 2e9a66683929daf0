import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { WireHeaders, WireReply } from './request.js';
import { unpack } from './unpack.js';

/** What reading needs of the request that the answer is for. */
export interface ReplyReading {
  readonly message: IncomingMessage;
  /** Bytes; an answer that says it is longer, or is, is given up; so is one that is longer as soon as it is unpacked. */
  readonly mostBytes: number;
  /** Something of the answer came: its headers, or a piece of its body. */
  arrived(): void;
  /** What an error of the message means. */
  failure(error: unknown): Error;
  /** What it means that it is too long. */
  tooLong(): Error;
}

/** The whole answer, by events: iterating over a message costs as much as the rest of a short answer. */
export function readReply(reading: ReplyReading): Promise<WireReply> {
  const { message, mostBytes } = reading;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const fail = (error: unknown): void => reject(reading.failure(error));
    const giveUp = (): void => {
      reject(reading.tooLong());
      message.destroy();
    };
    const end = (): void => {
      message.removeListener('close', end);
      if (!message.complete) return fail(new Error(BROKEN));
      const body = joined(chunks);
      if (message.headers['content-encoding'] !== 'gzip') return resolve(replyOf(message, body));
      unpack(body, mostBytes).then((unpacked) => {
        if (unpacked.kind === 'whole') resolve(replyOf(message, unpacked.body));
        else if (unpacked.kind === 'too-long') reject(reading.tooLong());
        else fail(unpacked.error);
      }, fail);
    };
    // It may have broken before anybody read it; nothing more is said then.
    if (message.destroyed) return fail(message.errored ?? new Error(BROKEN));
    if (Number(message.headers['content-length'] ?? 0) > mostBytes) return giveUp();
    reading.arrived();
    message.on('data', (chunk: Buffer) => {
      reading.arrived();
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) giveUp();
    });
    message.once('error', fail);
    message.once('end', end);
    message.once('close', end);
  });
}

/** An answer ended before its end. */
export const BROKEN = 'the connection was closed';

/** Headers are made when they are asked for: hardly anybody asks. */
function replyOf(message: IncomingMessage, body: Buffer): WireReply {
  return {
    status: message.statusCode ?? 0,
    get headers() {
      return headersOf(message);
    },
    body,
  };
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}

/** Of all headers only `set-cookie` may be a list. */
export function headersOf({ headers }: IncomingMessage): WireHeaders {
  const { 'set-cookie': cookies, ...others } = headers as WireHeaders & IncomingMessage['headers'];
  return cookies === undefined ? others : { ...others, 'set-cookie': cookies.join(', ') };
}
