// What a plugin is, before it is asked for anything: its shape, and the versions it works with.
import { errorText, isKopfError, PluginFailedError } from '../errors.js';
import { valueText } from '../model/value-text.js';
import { PLUGIN_API_VERSION, type Plugin } from './plugin.js';

/** @throws PluginFailedError for what is no plugin, for one of another version of the interface, and for one that throws when it is looked at. */
export function checkPlugin(plugin: Plugin): void {
  let name = 'unnamed';
  try {
    const given: unknown = (plugin as Partial<Plugin> | null | undefined)?.name;
    if (typeof given === 'string' && given !== '') name = given;
    checkMembers(plugin);
  } catch (error) {
    if (isKopfError(error)) throw error;
    throw new PluginFailedError(name, `it threw when it was looked at: ${errorText(error)}`, { cause: error });
  }
}

function checkMembers(plugin: Plugin): void {
  const candidate = plugin as Partial<Plugin> | null | undefined; // as users gave it
  const isNamed = typeof candidate?.name === 'string' && candidate.name !== '';
  if (!isNamed || typeof candidate.setup !== 'function') {
    throw new PluginFailedError(
      isNamed ? candidate.name : 'unnamed',
      'a plugin is an object { name, setup(host) }; did you forget to call it?',
    );
  }
  checkVersion(plugin);
  for (const list of ['requires', 'after', 'conflicts'] as const) checkNames(plugin, list);
}

/** The versions of the interface that a plugin says it works with. */
export function versionsOf({ apiVersion = PLUGIN_API_VERSION }: Plugin): readonly [first: number, last: number] {
  return typeof apiVersion === 'number' ? [apiVersion, apiVersion] : apiVersion;
}

/** `1`, or `1 to 2`. */
export function versionsText(plugin: Plugin): string {
  const [first, last] = versionsOf(plugin);
  return first === last ? String(first) : `${String(first)} to ${String(last)}`;
}

function checkVersion(plugin: Plugin): void {
  const versions: readonly unknown[] = Array.isArray(plugin.apiVersion) ? plugin.apiVersion : versionsOf(plugin);
  const [first, last] = versions;
  if (versions.length !== 2 || !isVersion(first) || !isVersion(last) || first > last) {
    throw new PluginFailedError(plugin.name, `its apiVersion is ${valueText(plugin.apiVersion)}, which is no version and no range.`, {
      remedy: 'Write it as apiVersion: 1, or as [1, 2] for the first and the last one.',
    });
  }
  if (first <= PLUGIN_API_VERSION && PLUGIN_API_VERSION <= last) return;
  throw new PluginFailedError(
    plugin.name,
    `it was made for plugin interface ${versionsText(plugin)}, this is ${String(PLUGIN_API_VERSION)}.`,
    {
      remedy: first > PLUGIN_API_VERSION ? 'Update @kopfts/core.' : 'Update the plugin.',
    },
  );
}

function isVersion(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function checkNames(plugin: Plugin, list: 'requires' | 'after' | 'conflicts'): void {
  const names: unknown = plugin[list] ?? [];
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return;
  throw new PluginFailedError(plugin.name, `its \`${list}\` is ${valueText(names)}, but it must be a list of names of plugins.`);
}
