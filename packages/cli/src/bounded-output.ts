import type { Writable } from 'node:stream';

/** What is written to a stream that may be read slowly, or not at all any more, or to a file on a disk that is full (faults M8). */
export interface BoundedOutput {
  write(text: string): void;
  /** Calls back when it is read again, or there is room again, with how many writes were dropped meanwhile; returns how to end that. */
  onDropped(listener: (count: number) => void): () => void;
}

/** Bytes that wait for the reader. */
const MOST_WAITING = 1 << 20;

/** Drops what comes while more than a mebibyte waits: a log that nobody reads must not fill the memory, and a closed one must end nothing. */
export function createBoundedOutput(stream: Writable, mostWaiting = MOST_WAITING): BoundedOutput {
  const listeners = new Set<(count: number) => void>();
  let dropped = 0;
  let isBroken = false;
  let isFull = false;
  stream.on('error', (error) => (isBroken ||= !isOfFullDisk(error)));
  const tell = (): void => {
    const count = dropped;
    dropped = 0;
    if (count > 0) for (const listener of listeners) listener(count);
  };
  stream.on('drain', tell);
  const written = (error?: Error | null): void => {
    const wasFull = isFull;
    isFull = error !== undefined && error !== null;
    if (isFull) dropped += 1;
    else if (wasFull) tell();
  };
  return {
    write(text) {
      if (isBroken) return;
      if (stream.writableLength > mostWaiting) dropped += 1;
      else {
        neverBlock(stream);
        stream.write(text, written);
      }
    },
    onDropped(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Whoever makes room on the disk wants to read on; whoever closed a pipe does not. */
function isOfFullDisk(error: Error): boolean {
  return 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code));
}

/**
 * A pipe is shared with all processes that inherit it, and whoever starts one (a compiler, the operator's author) makes it a blocking one for all: then a full
 * pipe would stop the event loop. Node has no public way to take that back.
 */
function neverBlock(stream: Writable): void {
  const handle = (stream as { readonly _handle?: { setBlocking?(isBlocking: boolean): void } | null })._handle;
  // A terminal belongs to the shell.
  if (Reflect.get(stream, 'isTTY') !== true) handle?.setBlocking?.(false);
}
