import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The tsconfig.json of the project that a file belongs to: not above its package.json. One further up is somebody else's, and
 * its `paths` could bring in a second copy of a package. `undefined` if there is none.
 */
export function findTsconfig(file: string): string | undefined {
  for (let folder = dirname(file), parent = ''; folder !== parent; parent = folder, folder = dirname(folder)) {
    const candidate = join(folder, 'tsconfig.json');
    if (existsSync(candidate)) return candidate;
    if (existsSync(join(folder, 'package.json'))) return undefined;
  }
  return undefined;
}
