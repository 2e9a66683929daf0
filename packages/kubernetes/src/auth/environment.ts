import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import process from 'node:process';
import { collectOutput } from './program-output.js';

/** The only place where the adapter looks at the machine it runs on. Tests give their own. */
export interface AuthEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file; rejects if there is none. */
  readFile(path: string): Promise<string>;
  /** When a file changed last, in milliseconds; rejects if there is none. */
  modifiedMs(path: string): Promise<number>;
  exists(path: string): Promise<boolean>;
  /** Runs a program without a shell and without a terminal; rejects if it cannot be started, or with the signal's reason, having killed it. */
  run(program: Program, signal: AbortSignal): Promise<ProgramEnd>;
}

/** What is to be run. */
export interface Program {
  /** A name to be looked up in `PATH`, or a path. */
  readonly command: string;
  readonly args: readonly string[];
  /** All variables that it gets. */
  readonly env: Readonly<Record<string, string>>;
  /** Bytes of standard output; a program that prints more is killed. Of standard error only the beginning is kept. */
  readonly mostBytes: number;
}

/** How a program ended. */
export interface ProgramEnd {
  /** `null`: it was killed, by somebody else or because it printed too much. */
  readonly exitCode: number | null;
  readonly stdout: string;
  /** The beginning of it. */
  readonly stderr: string;
  /** It printed more than it may. */
  readonly tooMuch: boolean;
}

/** This process and its file system. */
export const systemEnvironment: AuthEnvironment = {
  env: process.env,
  readFile: (path) => readFile(path, 'utf8'),
  modifiedMs: async (path) => (await stat(path)).mtimeMs,
  exists: async (path) => {
    try {
      await stat(path);
      return true;
    } catch {
      return false;
    }
  },
  run: runProgram,
};

/** In a process group of its own: what the program started ends with it. */
function runProgram({ command, args, env, mostBytes }: Program, signal: AbortSignal): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const isGroup = process.platform !== 'win32';
    const child = spawn(command, [...args], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: isGroup, windowsHide: true });
    const kill = (): void => {
      if (child.pid === undefined) return;
      try {
        if (isGroup) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // it ended just now
      }
      child.stdout.destroy(); // whoever else holds the other end must not keep us waiting
      child.stderr.destroy();
    };
    const output = collectOutput(child, mostBytes, kill);
    const abort = (): void => {
      kill();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    child.once('error', (error) => {
      signal.removeEventListener('abort', abort);
      reject(error);
    });
    child.once('close', (exitCode) => {
      signal.removeEventListener('abort', abort);
      resolve({ exitCode, ...output() });
    });
  });
}
