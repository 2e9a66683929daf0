// How a process of the command line ends, whatever becomes of its command. Nothing of an error is told before credentials are cut out of it, so nothing is left to Node.
import process from 'node:process';
import type { Failure } from './report-error.js';

/** Ends this process with the exit code of its command. */
export function endProcess(command: Promise<number>, argv: readonly string[]): void {
  let isTold = false;
  const fail = (error: unknown, failure: Failure): void => {
    if (isTold) return; // What breaks while the first one is told is of no use to anybody.
    isTold = true;
    textOf(error, failure, argv).then(
      (text) => failed(text),
      // Without the framework there is nothing that could tell it: of its own errors, this is the one that says so.
      (missing: unknown) => failed(`error KOPF_BUG: ${missing instanceof Error ? missing.message : 'it cannot be told'}\n`),
    );
  };
  process.on('uncaughtException', (error: unknown) => {
    // Whoever hears them, the command or a module of the user, decides what becomes of the process.
    if (process.listenerCount('uncaughtException') === 1) fail(error, 'uncaught');
  });
  process.on('beforeExit', () => {
    // What the command waits for can never come. To end in silence would look like success.
    if (!isTold) fail(undefined, 'unfinished');
  });
  command.then(
    // What a user's module left open (an interval, a socket) must not keep a finished command alive.
    (code) => process.exit(code),
    (error: unknown) => {
      fail(error, 'bug');
    },
  );
}

async function textOf(error: unknown, failure: Failure, argv: readonly string[]): Promise<string> {
  const { failureReport } = await import('./report-error.js');
  return failureReport(error, { failure, argv, environment: process.env, at: Date.now() });
}

function failed(text: string): void {
  process.stderr.write(text);
  process.exit(1);
}
