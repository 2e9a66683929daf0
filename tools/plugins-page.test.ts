import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/plugins.md'), 'utf8');
const folder = join(root, 'examples/20-plugin');
/** Blocks stand further to the left than in the files. */
const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => flat(readFileSync(join(folder, name), 'utf8')));
const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = '']) => flat(text));

describe('docs/plugins.md', () => {
  it('shows code only that is in the example, which is compiled and run', () => {
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks.filter((block) => !sources.some((source) => source.includes(block)))).toEqual([]);
  });

  it('names each extension point, and nothing that is none', () => {
    const points = readFileSync(join(root, 'packages/core/src/plugin/plugin.ts'), 'utf8');
    const [, body = ''] = /interface ExtensionPoints \{([\s\S]*?)\n\}/.exec(points) ?? [];
    const declared = [...body.matchAll(/^ {2}readonly (\w+):/gm)].map(([, name]) => name);
    const described = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    expect(described.sort()).toEqual(declared.sort());
  });
});
