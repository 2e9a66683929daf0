// Redis was wiped while this process ran, which knows what was there: the next life has to know, too, that it was lost and is not new.
import type { Connection } from './connection.js';
import { recordsText } from './entry.js';
import { bucketOf, type KeyNames } from './key.js';
import { hadSomething, type Known, type Memory } from './memory.js';

export interface RestorerOptions {
  readonly connection: Connection;
  readonly writer: string;
  readonly memory: Memory;
  readonly keysNow: () => KeyNames;
  /** Whether this process knows all that there is in the index. */
  readonly isComplete: (index: string) => boolean;
}

export interface Restorer {
  /** Whether this process has been told of the index before. */
  readonly isTold: (index: string) => boolean;
  /** Of these indexes something was read; some of them are lost. */
  told(indexes: readonly string[], lost: readonly string[]): void;
  /** Writes down what is known of the index, unless that is being done. */
  restore(index: string): void;
}

/** Entries in one script: some milliseconds of Redis' time. */
const MOST_ENTRIES = 500;

/** What fails is tried again when the index is found lost the next time: only the last part says that it is there. */
export function createRestorer(options: RestorerOptions): Restorer {
  const known = new Set<string>();
  const underWay = new Set<string>();
  const begin = (index: string): void => {
    if (underWay.has(index)) return;
    underWay.add(index);
    const ended = (): void => {
      underWay.delete(index);
    };
    restore(options, index).then(ended, ended);
  };
  return {
    isTold: (index) => known.has(index),
    told(indexes, lost) {
      for (const index of indexes) known.add(index);
      for (const index of lost) begin(index);
    },
    restore: begin,
  };
}

interface Lost {
  readonly key: string;
  readonly args: readonly string[];
}

async function restore({ connection, writer, memory, keysNow, isComplete }: RestorerOptions, index: string): Promise<void> {
  const keys = keysNow();
  const bucket = keys.known.indexOf(index);
  const lost: Lost[] = [];
  for (const [uid, known] of memory)
    if (bucketOf(uid) === bucket) lost.push({ key: keys.of(uid).entry, args: [uid, indexed(known), textOf(known)] });
  for (let start = 0; start === 0 || start < lost.length; start += MOST_ENTRIES) {
    const part = lost.slice(start, start + MOST_ENTRIES);
    const isLast = start + MOST_ENTRIES >= lost.length;
    const args = [isLast ? writer : '', isLast && isComplete(index) ? '1' : '', ...part.flatMap((entry) => entry.args)];
    await connection.run('kopfRestore', [index, ...part.map(({ key }) => key)], args);
  }
}

/** Where it is; of what was seen and never stored, so. */
function indexed(known: Known): string {
  return hadSomething(known) ? known.where : `-${known.where}`;
}

/** Of what was never handled all is known; of the rest only that it was there. */
function textOf({ progressVersion, essenceVersion, essenceHash, records, where }: Known): string {
  if (essenceHash !== undefined || records.size === 0) return '';
  return `K1 ${progressVersion} ${essenceVersion} ${where}\n${recordsText(records)}\n`;
}
