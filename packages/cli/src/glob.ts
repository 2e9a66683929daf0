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
  const name = segmentPattern(segment);
  if (rest.length > 0)
    return (
      await Promise.all(folders.filter((entry) => name.test(entry.name)).map((entry) => walk(join(folder, entry.name), rest)))
    ).flat();
  return entries.filter((entry) => entry.isFile() && name.test(entry.name)).map((entry) => join(folder, entry.name));
}

function segmentPattern(segment: string): RegExp {
  const escaped = segment.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`);
}
