import { readFile, stat } from 'node:fs/promises';
import process from 'node:process';

/** The only place where the adapter looks at the machine it runs on. Tests give their own. */
export interface AuthEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file; rejects if there is none. */
  readFile(path: string): Promise<string>;
  /** When a file changed last, in milliseconds; rejects if there is none. */
  modifiedMs(path: string): Promise<number>;
  exists(path: string): Promise<boolean>;
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
};
