// What outlives a process that dies: whether it ended in order, and, once one did not, who was at work. A file in the folder for temporary files: the
// system keeps what was written to it however the process ends, and in a pod an `emptyDir` keeps it when a container is started anew.
import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import process from 'node:process';

/** Which state an object is in: its generation, or, of kinds that have none, a hash of what they say. */
export type StateMark = number | string;

/** What died with a process, and how often. */
export interface Casualty {
  readonly deaths: number;
  /** Of the object, when it was last at work; where it is known. */
  readonly generation: StateMark | undefined;
}

export interface LifeFile {
  /** The life before ended without a word. */
  readonly isAfterDeath: boolean;
  /** It did, or left somebody behind that may kill: who is at work is written down from now on. */
  readonly isCareful: boolean;
  /** By key. */
  readonly casualties: Map<string, Casualty>;
  /** Before it begins. `alone`: no other that was at work at a death runs beside it, so a death now is on it. */
  begin(key: string, work: { readonly generation: StateMark | undefined; readonly alone: boolean }): void;
  /** It came to an end, whatever that was: it kills nobody. */
  end(key: string): void;
  /** It will not be at work any more: there is nothing to remember. */
  forget(key: string): void;
  /** The process ends in order. */
  close(): void;
}

interface Header {
  readonly version: number;
  readonly pid: number;
  readonly isClean: boolean;
  readonly casualties: readonly (readonly [key: string, deaths: number, generation: StateMark | null])[];
}

type Line = readonly ['+', key: string, generation: StateMark | null, alone: boolean] | readonly ['-', key: string];

/** Lines are written behind each other; from so many bytes on the file is begun anew. */
const MOST_BYTES = 1 << 20;

/**
 * `onFailed` is told when the disk is full, or gone, later on: from then on nothing is written down, and nobody is kept from working.
 *
 * @throws what the file system says; an error of code `EEXIST` when another process of this name lives.
 */
export function openLifeFile(path: string, onFailed: (error: unknown) => void = () => undefined): LifeFile {
  const before = existsSync(path) ? read(path) : undefined;
  if (before !== undefined && !before.header.isClean && isAlive(before.header.pid))
    throw Object.assign(new Error(`the process ${String(before.header.pid)} has the same name and lives`), { code: 'EEXIST' });
  const casualties = before === undefined ? new Map<string, Casualty>() : before.casualties;
  const isAfterDeath = before !== undefined && !before.header.isClean;
  const isCareful = isAfterDeath || casualties.size > 0;
  const atWork = new Map<string, Line>();
  let { fd, bytes } = begin(path, { casualties, lines: atWork.values(), isClean: false });
  let isBroken = false;
  const append = (line: Line): void => {
    if (isBroken) return;
    try {
      bytes += writeSync(fd, `${JSON.stringify(line)}\n`);
      if (bytes < MOST_BYTES) return;
      closeSync(fd);
      ({ fd, bytes } = begin(path, { casualties, lines: atWork.values(), isClean: false }));
    } catch (error) {
      isBroken = true;
      onFailed(error);
    }
  };
  const end = (key: string): void => {
    casualties.delete(key);
    if (atWork.delete(key)) append(['-', key]);
  };
  return {
    isAfterDeath,
    isCareful,
    casualties,
    begin(key, { generation, alone }) {
      const line: Line = ['+', key, generation ?? null, alone];
      atWork.set(key, line);
      append(line);
    },
    end,
    forget(key) {
      const isKnown = casualties.delete(key);
      if (atWork.delete(key) || isKnown) append(['-', key]);
    },
    close() {
      // Where that cannot be written, the next life finds one that ended without a word.
      try {
        if (!isBroken) closeSync(fd);
        if (casualties.size === 0) rmSync(path, { force: true });
        else closeSync(begin(path, { casualties, lines: [], isClean: true }).fd);
      } catch (error) {
        onFailed(error);
      }
    },
  };
}

interface Beginning {
  readonly casualties: ReadonlyMap<string, Casualty>;
  readonly lines: Iterable<Line>;
  readonly isClean: boolean;
}

function begin(path: string, { casualties, lines, isClean }: Beginning): { readonly fd: number; readonly bytes: number } {
  const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  const fd = openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  const header: Header = {
    version: 1,
    pid: process.pid,
    isClean,
    casualties: [...casualties].map(([key, { deaths, generation }]) => [key, deaths, generation ?? null]),
  };
  return { fd, bytes: writeSync(fd, [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')) };
}

interface EarlierLife {
  readonly header: Header;
  readonly casualties: Map<string, Casualty>;
}

/** `undefined` for what is not ours, or makes no sense. */
function read(path: string): EarlierLife | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if (process.getuid !== undefined && fstatSync(fd).uid !== process.getuid()) return undefined;
    // The last line may be cut.
    const [first = '', ...rest] = readFileSync(fd, 'utf8').split('\n').slice(0, -1);
    const header = JSON.parse(first) as Header;
    if (header.version !== 1) return undefined;
    const casualties = new Map(
      header.casualties.map(([key, deaths, generation]) => [key, { deaths, generation: generation ?? undefined }]),
    );
    if (!header.isClean)
      countDeath(
        casualties,
        rest.map((line) => JSON.parse(line) as Line),
      );
    return { header, casualties };
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** On whom it is: the one that ran alone, of those that had been at work before; else all that were at work. */
function countDeath(casualties: Map<string, Casualty>, lines: readonly Line[]): void {
  const atWork = new Map<string, Extract<Line, readonly ['+', ...unknown[]]>>();
  for (const line of lines) {
    if (line[0] === '+') atWork.set(line[1], line);
    else {
      atWork.delete(line[1]);
      casualties.delete(line[1]);
    }
  }
  const all = [...atWork.values()];
  const alone = all.filter(([, , , isAlone]) => isAlone);
  for (const [, key, generation] of alone.length > 0 ? alone : all)
    casualties.set(key, { deaths: (casualties.get(key)?.deaths ?? 0) + 1, generation: generation ?? undefined });
}

/** A container's first process has the same number in each of its lives. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM';
  }
}
