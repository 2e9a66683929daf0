// The objects of the server in a file: read at the start, written some time after a change and at the end, never half.

import { jsonTextOf, parseExactly } from '../exact-numbers.js';
import { open, readFile, rename, rm } from 'node:fs/promises';
import type { ApiServer } from '../api-server.js';
import type { ApiServerClock } from '../clock.js';
import type { ServerSnapshot } from '../snapshot.js';
import { ProgramError, fileProblem } from './program-io.js';

const AFTER_CHANGE_MS = 500;

export interface StateFile {
  /** Writes what is not written yet. @throws ProgramError when that fails. */
  close(): Promise<void>;
}

/** What the file holds; undefined when it is not there. @throws ProgramError. */
export async function readStateFile(path: string): Promise<ServerSnapshot | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new ProgramError(`${path} cannot be read: ${fileProblem(error)}.`, { cause: error });
  }
  try {
    return parseExactly(text) as unknown as ServerSnapshot;
  } catch (error) {
    throw new ProgramError(`${path} holds no state of this program: it is no JSON.`, { cause: error });
  }
}

export interface KeepOptions {
  readonly server: ApiServer;
  readonly clock: ApiServerClock;
  /** Is told when a write failed; the next change tries again. */
  readonly onFailure: (message: string) => void;
}

/** Keeps the objects of a server in a file. It is written at once, so that a wrong path shows at the start. @throws ProgramError. */
export async function keepStateFile(path: string, { server, clock, onFailure }: KeepOptions): Promise<StateFile> {
  let isChanged = false;
  let stopTimer: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    stopTimer?.();
    stopTimer = undefined;
    isChanged = false;
    try {
      await writeWhole(path, jsonTextOf(server.snapshot()));
    } catch (error) {
      isChanged = true;
      throw new ProgramError(`${path} cannot be written: ${fileProblem(error)}.`, { cause: error });
    }
  };
  const writeSoon = (): void => {
    isChanged = true;
    stopTimer ??= clock.setTimer(AFTER_CHANGE_MS, () => {
      // One after the other, whatever a disk takes.
      writing = writing.then(write).catch((error: unknown) => onFailure(error instanceof Error ? error.message : String(error)));
    });
  };
  await write();
  const stopListening = server.audit(({ commits }) => {
    if (commits.length > 0) writeSoon();
  });
  return {
    async close() {
      stopListening();
      stopTimer?.();
      await writing;
      if (isChanged) await write();
    },
  };
}

/** First beside it, then in its place: whoever reads it finds the old or the new state, also after a crash. */
async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  try {
    const file = await open(beside, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw error;
  }
}
