// What a process of an operator writes down about itself while it may be killed at any moment: one line per fact, appended at once.
import type { HistoryEntryBody } from './history.js';
import type { InvocationRecorder } from './observe-handlers.js';

/** One fact and its moment. Calls and invocations are numbered within the instance, from 0. */
export interface OperatorNote {
  /** Milliseconds since 1970, with fractions: a clock that all processes of a run share. */
  readonly atMs: number;
  readonly entry: HistoryEntryBody;
}

/** The pen of one process. */
export interface NoteWriter {
  /** Written together, in one piece, before anything else happens. */
  note(...entries: readonly HistoryEntryBody[]): void;
}

/**
 * Notes go to `append` as whole lines. It must have written when it returns (`appendFileSync`): then nothing that was done before a
 * SIGKILL is missing, and at most the last line is torn. A file belongs to one process, so that a torn line spoils no other.
 */
export function createNoteWriter(append: (text: string) => void, nowMs: () => number): NoteWriter {
  return {
    note: (...entries) => {
      const atMs = nowMs();
      if (entries.length > 0) append(entries.map((entry) => `${JSON.stringify({ atMs, entry })}\n`).join(''));
    },
  };
}

/** Writes down the invocations of an instance; for `observeHandlers`. */
export function createInvocationNotes(writer: NoteWriter, instance: string): InvocationRecorder {
  let invocations = 0;
  return {
    started: (entry) => {
      const invocation = invocations;
      invocations += 1;
      writer.note({ kind: 'handler-start', instance, invocation, ...entry });
      return invocation;
    },
    ended: (entry) => writer.note({ kind: 'handler-end', instance, ...entry }),
  };
}

/** The notes of one file. What follows the last line feed was being written when the process died: it never happened. */
export function readNotes(text: string): readonly OperatorNote[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OperatorNote);
}
