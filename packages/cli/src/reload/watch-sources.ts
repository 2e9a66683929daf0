import { join, sep } from 'node:path';

const MODULES = /\.(?:[cm]?[jt]s|tsx|json)$/;
/** Editors write a file in several steps; what comes within this time is one change. */
const QUIET_MS = 60;

export interface SourceWatch {
  /** Watches these, too. */
  add(files: Iterable<string>): void;
  close(): Promise<void>;
}

export interface WatchedSources {
  readonly folders: readonly string[];
  /** When what runs was read, in milliseconds since 1970: what was saved later counts as a change, also before watching began. */
  readonly readAt: number;
  /** What else is a source but modules and JSON: absolute paths. */
  readonly isRead: (file: string) => boolean;
}

/** Calls back when sources below these folders changed, once per change. Packages and hidden folders are not watched. */
export async function watchSources({ folders, readAt, isRead }: WatchedSources, onChange: () => void): Promise<SourceWatch> {
  const { watch } = await import('chokidar');
  let timer: NodeJS.Timeout | undefined;
  let isReady = false;
  const isSource = (file: string): boolean => MODULES.test(file) || isRead(file);
  const watcher = watch([...folders], {
    alwaysStat: true,
    ignored: (path, stats) => isForeign(path, folders) || (stats?.isFile() === true && !isSource(path)),
  });
  watcher.on('all', (_event, file, stats) => {
    // Until it is ready it tells what exists. A file as old as the clock's tick was read.
    const isOld = !isReady && (stats === undefined || stats.mtimeMs <= readAt + 1);
    if (isOld || !isSource(file)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET_MS);
  });
  watcher.on('error', () => undefined); // A folder that vanished: the others are still watched.
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  isReady = true;
  return {
    add: (more) => {
      watcher.add([...more]);
    },
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

function isForeign(path: string, folders: readonly string[]): boolean {
  const root = folders.find((folder) => path.startsWith(join(folder, sep)));
  const below = root === undefined ? '' : path.slice(root.length);
  return below.split(sep).some((part) => part === 'node_modules' || (part.startsWith('.') && part.length > 1));
}
