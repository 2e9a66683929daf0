// A configuration is made of layers: what it extends, itself, a profile, the environment, the command line. Later ones go before.
import type { OperatorConfig, PartialConfig, SettingsInput } from '@kopfts/core';

/** What one place says. */
export interface ConfigLayer {
  /** Which place, for people: a file, `profile 'x' of FILE`, a variable, an option. */
  readonly source: string;
  readonly config: PartialConfig;
}

/** All layers together, still unchecked. */
export function composeLayers(layers: readonly ConfigLayer[]): OperatorConfig {
  const whole = layers.reduce<PartialConfig>((below, { config }) => mergeConfigs(below, config), {});
  // What nobody says is asked for by the engine, in its own words.
  return whole as OperatorConfig;
}

/** What goes into a configuration by a later layer: scope as a whole, handlers behind, plugins by name, settings one by one. */
function mergeConfigs(below: PartialConfig, above: PartialConfig): PartialConfig {
  const { namespaces: belowNamespaces, clusterwide: belowClusterwide, ...rest } = below;
  const saysScope = above.namespaces !== undefined || above.clusterwide !== undefined;
  return {
    ...rest,
    ...(saysScope ? {} : defined({ namespaces: belowNamespaces, clusterwide: belowClusterwide })),
    ...defined(above),
    ...bothLists('handlers', below, above),
    ...mergedPlugins(below, above),
    ...mergedSettings(below.settings, above.settings),
  };
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;
}

/** What is no list is left to the engine, which refuses it. */
function bothLists(name: 'handlers', below: PartialConfig, above: PartialConfig): PartialConfig {
  const [first, second] = [below[name], above[name]];
  return isList(first) && isList(second) ? { [name]: [...first, ...second] } : {};
}

function mergedPlugins({ plugins: below }: PartialConfig, { plugins: above }: PartialConfig): PartialConfig {
  if (!isList(below) || !isList(above)) return {};
  const names = new Set(below.map(nameOf));
  const kept = below.map((plugin) => above.find((other) => nameOf(other) === nameOf(plugin)) ?? plugin);
  return { plugins: [...kept, ...above.filter((plugin) => !names.has(nameOf(plugin)))] };
}

function isList<T>(value: readonly T[] | undefined): value is readonly T[] {
  return Array.isArray(value);
}

/** What is no plugin has no name; it is refused when plugins are put together. */
function nameOf(plugin: unknown): unknown {
  return typeof plugin === 'object' && plugin !== null && 'name' in plugin ? plugin.name : plugin;
}

function mergedSettings(below: SettingsInput | undefined, above: SettingsInput | undefined): PartialConfig {
  if (below === undefined || above === undefined || !isPlain(below) || !isPlain(above)) return {};
  const [first, second] = [below, above].map((settings) => ({ ...settings }));
  const names = new Set([...Object.keys(below), ...Object.keys(above)]);
  return { settings: Object.fromEntries([...names].map((name) => [name, mergedSection(first?.[name], second?.[name])])) };
}

function mergedSection(below: unknown, above: unknown): unknown {
  return isPlain(below) && isPlain(above) ? { ...below, ...defined(above) } : (above ?? below);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
