// What takes longer than a second says so, on a terminal only: one line on stderr, which goes away when something is said, or all is over.
import type { CliIo } from './cli-io.js';

const EVERY_MS = 1000;

/** Runs a command; `what` is what it does, for people. Everything else that it says goes before. */
export async function withProgress<T>(io: CliIo, what: string, work: (io: CliIo) => Promise<T>): Promise<T> {
  const { every } = io;
  if (every === undefined) return work(io);
  let seconds = 0;
  let shown = '';
  const clear = (): void => {
    // No escapes: whoever wants no colours may have a terminal that knows none of them.
    if (shown !== '') io.stderr(`\r${' '.repeat(shown.length)}\r`);
    shown = '';
  };
  const stop = every(EVERY_MS, () => {
    seconds += 1;
    clear();
    shown = `${what} … ${String(seconds)} s`;
    io.stderr(shown);
  });
  const clearing =
    (write: (text: string) => void) =>
    (text: string): void => {
      clear();
      write(text);
    };
  try {
    return await work({ ...io, stdout: clearing((text) => io.stdout(text)), stderr: clearing((text) => io.stderr(text)) });
  } finally {
    stop();
    clear();
  }
}
