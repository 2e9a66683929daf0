import type { ProcessDumps } from './process-dumps.js';

/** What the command line needs of the world around it; tests give their own. */
export interface CliIo {
  /** Where configurations and files are looked for. */
  readonly cwd: string;
  /** Where options may come from, as `KOPF_RUN_VERBOSE`; default: nowhere. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Whether log lines may have colours. */
  readonly color: boolean;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Wall clock, in milliseconds; for log lines of our own and for telling two signals from one that came twice. */
  now(): number;
  /** Calls back for SIGINT and SIGTERM; returns how to end that. */
  onSignal(listener: (name: CliSignal) => void): () => void;
  /** Calls back for rejections that nobody handles; returns how to end that. */
  onUnhandledRejection(listener: (reason: unknown) => void): () => void;
  /** Calls again and again, until the returned function is called. Only where stderr is a terminal: then progress is said. */
  readonly every?: ((ms: number, call: () => void) => () => void) | undefined;
  /** Calls back for errors that nobody caught, of which the process would die; returns how to end that. Default: it dies. */
  onUncaughtException?(listener: (error: unknown) => void): () => void;
  /** Calls back with how many writes to `stderr` were dropped because nobody read them; returns how to end that. Default: none ever is. */
  onDropped?(listener: (count: number) => void): () => void;
  /** What Node.js was asked to write of this process into files. Default: nothing is. */
  readonly dumps?: ProcessDumps;
  /** Ends the process at once. */
  exit(code: number): void;
  /** Imports a module of the user's project. Default: by tsx, so that TypeScript works. */
  readonly importModule?: ImportModule;
}

export type CliSignal = 'SIGINT' | 'SIGTERM';

/** Imports a file; another generation of it is read and evaluated again, packages never are. */
export type ImportModule = (file: string, generation: number) => Promise<unknown>;

export const EXIT_OK = 0;
export const EXIT_ERROR = 1;
export const EXIT_USAGE = 2;
