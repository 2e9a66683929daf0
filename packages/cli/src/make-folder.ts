import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A folder and those above it. Not by Node's own `recursive`, which never ends where a folder is there but can have none below, such as /proc.
 *
 * @param mode of folders that are made
 * @throws what the file system says.
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, mode);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    const above = dirname(path);
    if (!hasCode(error, 'ENOENT') || above === path) throw error;
    await makeFolder(above, mode);
    await mkdir(path, mode).catch((again: unknown) => {
      if (!hasCode(again, 'EEXIST')) throw again;
    });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
