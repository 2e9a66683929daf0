import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';

/** Of standard error, only its beginning is of use. */
const MOST_STDERR_BYTES = 4096;

interface Streams {
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** Keeps what a program prints, up to a bound; past it, calls `kill` and keeps nothing more. Ask what there is when the program has ended. */
export function collectOutput({ stdout, stderr }: Streams, mostBytes: number, kill: () => void) {
  const printed: Buffer[] = [];
  const complaints: Buffer[] = [];
  let bytes = 0;
  let complaintBytes = 0;
  stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= mostBytes) printed.push(chunk);
    else kill();
  });
  stderr.on('data', (chunk: Buffer) => {
    if (complaintBytes < MOST_STDERR_BYTES) complaints.push(chunk);
    complaintBytes += chunk.length;
  });
  return (): { readonly stdout: string; readonly stderr: string; readonly tooMuch: boolean } => ({
    stdout: Buffer.concat(printed).toString('utf8'),
    stderr: Buffer.concat(complaints).subarray(0, MOST_STDERR_BYTES).toString('utf8'),
    tooMuch: bytes > mostBytes,
  });
}
