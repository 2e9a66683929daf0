import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readNotes, type OperatorNote } from '@kopfts/testing';
import { wallMs, type ServerAccess } from './api-person.js';

const killed = fileURLToPath(new URL('kills-operator.mjs', import.meta.url));

/** After so long without a deed it has nothing to do; the first one takes longer than those that follow, retries included. */
const FIRST_MS = 5000;
const IDLE_MS = 500;

export interface LivesOptions {
  readonly server: ServerAccess;
  /** Where each life has its notes. */
  readonly folder: string;
  /** How long each handler takes, milliseconds. */
  readonly workMs: number;
  /** Default: the one with its memory in annotations. */
  readonly program?: string | undefined;
  /** What else the program is told. */
  readonly more?: object | undefined;
}

/** Lives of an operator, one after another, each a process. */
export interface OperatorLives {
  /** Begins the next life; resolves when it has done so many things to objects, or has nothing to do. Rejects if it dies before. */
  start(deeds: number): Promise<void>;
  /** Ends it: how it ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | NodeJS.Signals | null>;
  /** What each process noted, and, last, when lives began and ended. */
  notes(): readonly (readonly OperatorNote[])[];
  /** Notes of whoever leads the play. */
  note(entry: OperatorNote['entry']): void;
  /** Nothing is left running. */
  close(): Promise<void>;
}

interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly errors: () => string;
}

/** The next life has loaded its modules before the one before it dies: so a restart is as quick as a death. */
export function createOperatorLives({ server, folder, workMs, program = killed, more }: LivesOptions): OperatorLives {
  const led: OperatorNote[] = [];
  const paths: string[] = [];
  let current: Running | undefined;
  let spare = launch(program);
  const instance = (): string => `operator#${String(paths.length)}`;
  const note = (entry: OperatorNote['entry'], atMs = wallMs()): void => void led.push({ atMs, entry });
  const notesOf = (path: string): readonly OperatorNote[] => (existsSync(path) ? readNotes(readFileSync(path, 'utf8')) : []);
  return {
    start: async (deeds) => {
      current = spare;
      spare = launch(program);
      const notesPath = join(folder, `notes-${String(paths.length + 1)}.jsonl`);
      paths.push(notesPath);
      note({ kind: 'life', instance: instance(), change: 'started' });
      const { child, errors } = current;
      const died = once(child, 'close').then(() => Promise.reject(new Error(`an operator did not start:\n${errors()}`)));
      died.catch(() => undefined); // every process ends; only before its first deed that is wrong
      const reached = done(child, deeds);
      child.stdin.write(`${JSON.stringify({ instance: instance(), notesPath, workMs, server, ...more })}\n`);
      await Promise.race([reached, died]);
    },
    end: async (signal) => {
      if (current === undefined) throw new Error('no operator runs');
      const { child, errors } = current;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`an operator ended by itself:\n${errors()}`);
      const ended = once(child, 'close');
      child.kill(signal);
      const [code, by] = (await ended) as [number | null, NodeJS.Signals | null];
      current = undefined;
      // Whatever it wrote it wrote before it died.
      const lastMs = notesOf(paths.at(-1) ?? '').at(-1)?.atMs ?? 0;
      note({ kind: 'life', instance: instance(), change: signal === 'SIGKILL' ? 'killed' : 'stopped' }, Math.max(wallMs(), lastMs));
      return by ?? code;
    },
    notes: () => [...paths.map(notesOf), led],
    note,
    close: async () => {
      for (const one of current === undefined ? [spare] : [current, spare]) {
        if (one.child.exitCode !== null || one.child.signalCode !== null) continue;
        const ended = once(one.child, 'close');
        one.child.kill('SIGKILL');
        await ended;
      }
    },
  };
}

/** Its output is read for ever: a pipe that nobody reads stops who writes. */
function done({ stdout }: Running['child'], deeds: number): Promise<void> {
  return new Promise((resolve) => {
    let left = deeds;
    let idle: NodeJS.Timeout | undefined;
    createInterface({ input: stdout }).on('line', (word) => {
      if (word === 'deed') left -= 1;
      clearTimeout(idle);
      if (left <= 0) resolve();
      else idle = setTimeout(resolve, word === 'deed' ? IDLE_MS : FIRST_MS);
    });
  });
}

function launch(program: string): Running {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.on('error', () => undefined); // it may be dead already
  return { child, errors: () => errors };
}
