// In which order plugins are set up and opened: that of the configuration, but for what they need before them.
import { PluginExcludedError, PluginFailedError, PluginRequiredError } from '../errors.js';
import { nearestName } from '../model/nearest-name.js';
import type { Plugin } from './plugin.js';

/**
 * @throws PluginRequiredError one that is needed is not there. PluginExcludedError two exclude each other. PluginFailedError they wait for each
 *   other in a circle.
 */
export function orderPlugins(plugins: readonly Plugin[]): readonly Plugin[] {
  for (const plugin of plugins) checkNeighbours(plugin, plugins);
  const ordered = new Set<Plugin>();
  for (const plugin of plugins) place(plugin, { plugins, ordered, way: [] });
  return [...ordered];
}

function checkNeighbours(plugin: Plugin, plugins: readonly Plugin[]): void {
  const names = plugins.map(({ name }) => name);
  const missing = (plugin.requires ?? []).find((name) => !names.includes(name));
  if (missing !== undefined)
    throw new PluginRequiredError(
      plugin.name,
      missing,
      nearestName(
        missing,
        names.filter((name) => name !== plugin.name),
      ),
    );
  const other = (plugin.conflicts ?? []).find((name) => names.includes(name));
  if (other !== undefined) throw new PluginExcludedError(plugin.name, other);
}

interface Placing {
  readonly plugins: readonly Plugin[];
  readonly ordered: Set<Plugin>;
  /** Those that wait for this one. */
  readonly way: readonly Plugin[];
}

function place(plugin: Plugin, { plugins, ordered, way }: Placing): void {
  if (ordered.has(plugin)) return;
  if (way.includes(plugin)) {
    const circle = [...way.slice(way.indexOf(plugin)), plugin].map(({ name }) => name).join(' → ');
    throw new PluginFailedError(plugin.name, `plugins wait for each other in a circle: ${circle}.`, {
      remedy: 'One of them must leave the other out of `requires` or `after`.',
    });
  }
  const before = [...(plugin.requires ?? []), ...(plugin.after ?? [])];
  for (const other of plugins) {
    if (other !== plugin && before.includes(other.name)) place(other, { plugins, ordered, way: [...way, plugin] });
  }
  ordered.add(plugin);
}
