// What has to be loaded before a command is known: `kopf --help` is to be quick, and commands load what they need themselves.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../src', import.meta.url));
const STATIC = /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;

/** All modules that these import before anything runs: own ones seen from the sources, others by their names. */
function reachedFrom(...entries: readonly string[]): readonly string[] {
  const reached = new Set<string>();
  const follow = (file: string): void => {
    const name = relative(root, file);
    if (reached.has(name)) return;
    reached.add(name);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(STATIC)) {
      const target = join(dirname(file), from.replace(/\.js$/, '.ts'));
      if (from.startsWith('.') && existsSync(target)) follow(target);
      else reached.add(from);
    }
  };
  for (const entry of entries) follow(join(root, entry));
  return [...reached].sort();
}

const isForeign = (name: string): boolean => !name.endsWith('.ts') && !name.startsWith('node:');

it('loads no command, nor what commands need, before it is known which one is wanted', () => {
  const reached = reachedFrom('main.ts', 'program.ts');
  expect(reached).toContain('command-options.ts');
  expect(reached.filter((name) => name.startsWith('commands/'))).toEqual([]);
  // For the options alone, and for what is said.
  expect(reached.filter(isForeign)).toEqual(FOREIGN);
});

it.each(['run', 'dev', 'check', 'config', 'plugins', 'state', 'build', 'finalizers', 'new-plugin', 'explain', 'completion'])(
  'kopf %s loads no other command, and no package that its user may not have',
  (command) => {
    const reached = reachedFrom(`commands/${command}.ts`);
    expect(reached.filter((name) => name.startsWith('commands/'))).toEqual([`commands/${command}.ts`]);
    const optional = ['@kopfts/apiserver', '@kopfts/kubernetes', '@kopfts/persistence-annotations', '@kopfts/testing', 'esbuild', 'tsx'];
    expect(reached.filter((name) => optional.some((one) => name === one || name.startsWith(`${one}/`)))).toEqual([]);
  },
);

const FOREIGN = ['@kopfts/core', 'commander'];
