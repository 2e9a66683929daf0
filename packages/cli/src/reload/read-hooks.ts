// Files that the modules of a project read, while they are loaded or later: they belong to what is loaded, as if they were imported.
import fs from 'node:fs';
import nodeModule from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A module read a file, or tried to. Absolute paths. */
export interface SeenRead {
  readonly from: string;
  readonly file: string;
}

export interface ReadHooks {
  /** Everything that was read since it was asked last, each once. */
  seen(): readonly SeenRead[];
  /** Whether modules of the project have written it: then it is the operator's own, and no source of it. */
  hasWritten(file: string): boolean;
  /** Leaves `node:fs` as it was. */
  uninstall(): void;
}

/** Sees what goes through `node:fs`, of this thread; neither other processes and threads, nor what only asks whether a file is there. */
export function installReadHooks(isOwn: (file: string) => boolean): ReadHooks {
  let found = new Map<string, SeenRead>();
  const see = (path: unknown): void => {
    const file = fileOf(path);
    if (file === undefined || !isOwn(file)) return;
    for (const from of callers(isOwn)) if (from !== file) found.set(`${from}\n${file}`, { from, file });
  };
  const written = new Set<string>();
  const own = (path: unknown): void => {
    const file = fileOf(path);
    if (file !== undefined && isOwn(file) && callers(isOwn).size > 0) written.add(file);
  };
  const open = (path: unknown, flags: unknown): void => {
    if (accessOf(flags) !== 'write') see(path);
    if (accessOf(flags) !== 'read') own(path);
  };
  const restores = [
    wrap(fs, ['readFile', 'readFileSync'], see),
    wrap(fs.promises, ['readFile'], see),
    wrap(fs, ['open', 'openSync'], open),
    wrap(fs.promises, ['open'], open),
    wrap(fs, ['writeFile', 'writeFileSync', 'appendFile', 'appendFileSync'], own),
    wrap(fs.promises, ['writeFile', 'appendFile'], own),
    wrap(fs, ['rename', 'renameSync', 'copyFile', 'copyFileSync'], (_from, to) => {
      own(to);
    }),
    wrap(fs.promises, ['rename', 'copyFile'], (_from, to) => {
      own(to);
    }),
  ];
  nodeModule.syncBuiltinESMExports();
  return {
    seen: () => {
      const seen = [...found.values()];
      found = new Map();
      return seen;
    },
    hasWritten: (file) => written.has(file),
    uninstall: () => {
      for (const restore of restores) restore();
      nodeModule.syncBuiltinESMExports();
    },
  };
}

/** The modules whose code is at it: up to where Node loads a module, since what loading reads is told by the imports. */
function callers(isOwn: (file: string) => boolean): ReadonlySet<string> {
  const found = new Set<string>();
  for (const site of callSites()) {
    const name = site.getFileName() ?? '';
    if (name.startsWith('node:internal/modules/')) break;
    const file = fileOf(name.split('?', 1).join(''));
    if (file !== undefined && !name.startsWith('node:') && isOwn(file)) found.add(file);
  }
  return found;
}

/** Of this moment, also those that wait for it; source maps do not take part. */
function callSites(): readonly NodeJS.CallSite[] {
  const before = { ...Object.getOwnPropertyDescriptors(Error) };
  try {
    Error.stackTraceLimit = Infinity;
    Error.prepareStackTrace = (_error, sites) => sites;
    const holder: { stack?: unknown } = {};
    Error.captureStackTrace(holder, callSites);
    return Array.isArray(holder.stack) ? (holder.stack as NodeJS.CallSite[]) : [];
  } finally {
    restore('stackTraceLimit', before);
    restore('prepareStackTrace', before);
  }
}

function restore(name: 'stackTraceLimit' | 'prepareStackTrace', before: Readonly<Record<string, PropertyDescriptor>>): void {
  const descriptor = before[name];
  if (descriptor === undefined) Reflect.deleteProperty(Error, name);
  else Object.defineProperty(Error, name, descriptor);
}

/** `undefined`: no name of a file, as descriptors and handles are none. */
function fileOf(path: unknown): string | undefined {
  try {
    if (path instanceof URL || (typeof path === 'string' && path.startsWith('file:'))) return fileURLToPath(path);
    return typeof path === 'string' ? resolve(path) : Buffer.isBuffer(path) ? resolve(path.toString()) : undefined;
  } catch {
    return undefined;
  }
}

function accessOf(flags: unknown): 'read' | 'write' | 'both' {
  const { O_WRONLY, O_RDWR } = fs.constants;
  if (typeof flags === 'number') return (flags & O_RDWR) !== 0 ? 'both' : (flags & O_WRONLY) !== 0 ? 'write' : 'read';
  if (typeof flags !== 'string' || flags === 'r' || flags === 'rs') return 'read';
  return flags.includes('+') ? 'both' : 'write';
}

type Methods<Name extends string> = Record<Name, (...args: never[]) => unknown>;

function wrap<Name extends string>(
  holder: Methods<Name>,
  names: readonly Name[],
  before: (first: unknown, second: unknown) => void,
): () => void {
  const originals = names.map((name) => [name, holder[name]] as const);
  for (const [name, original] of originals) {
    const wrapped = function (this: unknown, ...args: never[]): unknown {
      before(args[0], args[1]);
      return original.apply(this, args);
    };
    // What else it has, such as the form that util.promisify uses.
    holder[name] = Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  }
  return () => {
    for (const [name, original] of originals) holder[name] = original;
  };
}
