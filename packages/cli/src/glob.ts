import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files below a folder that a glob of `*`, `?` and `**` names, sorted. Hidden folders and node_modules are left out. */
export async function findFiles(folder: string, glob: string): Promise<readonly string[]> {
  const segments = glob.replace(/^\.\//, '').split('/');
  return [...new Set(await walk(folder, segments))].sort();
}

/** Whether a text is a glob, not the name of one file. */
export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

async function walk(folder: string, segments: readonly string[]): Promise<readonly string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [];
  if (segment === '.' || segment === '..') return walk(join(folder, segment), rest);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'));
  if (segment === '**') {
    const deeper = folders.map((entry) => walk(join(folder, entry.name), segments));
    return (await Promise.all([walk(folder, rest), ...deeper])).flat();
  }
  const named = entries.filter((entry) => matchesSegment(segment, entry.name));
  if (rest.length === 0) return named.filter((entry) => entry.isFile()).map((entry) => join(folder, entry.name));
  const below = named.filter((entry) => folders.includes(entry)).map((entry) => walk(join(folder, entry.name), rest));
  return (await Promise.all(below)).flat();
}

/**
 * `*` is any text, `?` any character, all else itself. The last star takes one character more whenever what follows it does not fit: no earlier one has to,
 * so that no name takes more steps than its length times that of the glob.
 */
export function matchesSegment(glob: string, name: string): boolean {
  let at = 0;
  let star: { readonly after: number; taken: number } | undefined;
  for (let i = 0; i < name.length;) {
    if (glob[at] === '*') {
      at += 1;
      star = { after: at, taken: i };
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === name[i])) {
      at += 1;
      i += 1;
    } else if (star === undefined) return false;
    else {
      star.taken += 1;
      i = star.taken;
      at = star.after;
    }
  }
  return /^\**$/.test(glob.slice(at));
}
