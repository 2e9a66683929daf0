// Which stores a configuration has, also within others; and those that it need not have.
import type { OperatorConfig, Plugin } from '@kopfts/core';
import { UsageError } from '../errors.js';
import { importOptional } from '../optional-package.js';

/** By the name of the plugin, or what is behind `persistence-` in it; the second of one name is `<name>-2`. */
export async function findStore(config: OperatorConfig, name: string): Promise<Plugin> {
  const all = leavesOf(config.plugins);
  const found = all.find((plugin) => plugin.name === name || plugin.name === `persistence-${name}`);
  return found ?? (await withoutOptions(name)) ?? refuse(name, all);
}

/** All plugins that are not made of others, each under a name of its own: two may be of one kind, such as an old Redis and a new one. */
export function leavesOf(plugins: readonly Plugin[]): readonly Plugin[] {
  const counts = new Map<string, number>();
  return partsOf(plugins).map((plugin) => {
    const count = (counts.get(plugin.name) ?? 0) + 1;
    counts.set(plugin.name, count);
    return count === 1 ? plugin : { ...plugin, name: `${plugin.name}-${String(count)}` };
  });
}

function partsOf(plugins: readonly Plugin[]): readonly Plugin[] {
  return plugins.flatMap((plugin) => (plugin.parts === undefined ? [plugin] : partsOf(plugin.parts)));
}

/** Those on the objects need no options; where Redis is, the configuration has to say. */
async function withoutOptions(name: string): Promise<Plugin | undefined> {
  if (name !== 'annotations' && name !== 'status') return undefined;
  const load = () => import('@kopfts/persistence-annotations');
  const { annotations, status } = await importOptional('@kopfts/persistence-annotations', `The store '${name}'`, load);
  return name === 'annotations' ? annotations() : status();
}

function refuse(name: string, all: readonly Plugin[]): never {
  throw new UsageError(`The configuration has no store '${name}'.`, {
    remedy: `Add it to its plugins, such as multi(${name}(), …). There is: ${all.map((plugin) => plugin.name).join(', ')}.`,
  });
}
