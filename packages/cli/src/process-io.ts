import process from 'node:process';
import { createBoundedOutput } from './bounded-output.js';
import type { CliIo, CliSignal } from './cli-io.js';
import type { ProcessDumps, ReportSwitches } from './process-dumps.js';

const SIGNALS: readonly CliSignal[] = ['SIGINT', 'SIGTERM'];

/** What stderr is, and what the environment says of it. */
interface Surroundings {
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The real world: this process. Tests say what is around it. */
export function createProcessIo({ isTTY, env }: Surroundings = { isTTY: process.stderr.isTTY, env: process.env }): CliIo {
  const log = createBoundedOutput(process.stderr);
  return {
    cwd: process.cwd(),
    env,
    // https://no-color.org: an empty one says nothing.
    color: isTTY && (env['NO_COLOR'] ?? '') === '',
    stdout: (text) => {
      process.stdout.write(text);
    },
    stderr: (text) => log.write(text),
    onDropped: (listener) => log.onDropped(listener),
    now: () => Date.now(),
    onSignal: (listener) => {
      for (const name of SIGNALS) process.on(name, listener);
      return () => {
        for (const name of SIGNALS) process.off(name, listener);
      };
    },
    onUnhandledRejection: (listener) => {
      process.on('unhandledRejection', listener);
      return () => {
        process.off('unhandledRejection', listener);
      };
    },
    every: isTTY ? every : undefined,
    onUncaughtException: (listener) => {
      process.on('uncaughtException', listener);
      return () => {
        process.off('uncaughtException', listener);
      };
    },
    dumps: processDumps(),
    exit: (code) => {
      process.exit(code);
    },
  };
}

function processDumps(): ProcessDumps {
  const report: ReportSwitches = process.report;
  return {
    flags: [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/[\s"]+/)],
    report,
    onSignal: (name, listener) => {
      process.on(name, listener);
      return () => {
        process.off(name, listener);
      };
    },
  };
}

function every(ms: number, call: () => void): () => void {
  const timer = setInterval(call, ms);
  return () => {
    clearInterval(timer);
  };
}
