import { InvalidConfigError, InvalidOptionError } from '../errors.js';
import { isRegistry, type Registry } from '../handlers/registry.js';
import { isJsonObject } from '../model/json.js';
import { eachOf, together } from '../model/mistakes.js';
import { valueText } from '../model/value-text.js';
import type { Plugin } from '../plugin/plugin.js';
import { checkNamespacePattern } from './namespace-pattern.js';
import { parseSettings, rejectUnknown, type Settings, type SettingsInput } from './settings.js';

/** What `kopf.config.ts` exports by default. */
export interface OperatorConfig {
  /** Who we are on the cluster: a DNS label. Without it Kopf's own names are used, for replacing a Kopf operator in place (design 6.1). */
  readonly name?: string | undefined;
  /** Registries, or globs of modules that export one by default (the command line loads them). */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a registry of any memo
  readonly handlers: readonly (Registry<any> | string)[];
  /** Names or globs; not together with `clusterwide`. */
  readonly namespaces?: readonly string[] | undefined;
  /** All namespaces; the default if no namespaces are given. */
  readonly clusterwide?: boolean | undefined;
  readonly plugins: readonly Plugin[];
  readonly settings?: SettingsInput | undefined;
}

/** Any part of a configuration: what others extend, and what a profile changes. */
export type PartialConfig = Partial<OperatorConfig>;

/**
 * A configuration in layers. The command line puts them together: what is extended first, then this one, then the profile that is asked for.
 * A later layer goes before earlier ones; its handlers come behind theirs, a plugin of it takes the place of theirs of the same name,
 * settings are taken one by one, and `namespaces` and `clusterwide` replace each other.
 */
export type LayeredConfig = PartialConfig &
  ConfigLayers &
  ({ readonly extends: ConfigLayers['extends'] } | { readonly profiles: ConfigLayers['profiles'] });

/** What makes a configuration one in layers. */
export interface ConfigLayers {
  /** Files relative to this one, or modules of packages, whose default exports are (partial) configurations. Default: none. */
  readonly extends?: string | readonly string[] | undefined;
  /** By name, for `--profile NAME` or `KOPF_PROFILE`. Default: none. */
  readonly profiles?: Readonly<Record<string, PartialConfig>> | undefined;
}

/** A configuration, checked and completed. */
export interface ParsedConfig {
  readonly name: string | undefined;
  readonly registries: readonly Registry[];
  /** `undefined`: everywhere. */
  readonly namespaces: readonly string[] | undefined;
  readonly plugins: readonly Plugin[];
  readonly settings: Settings;
  /** As given. */
  readonly settingsInput: SettingsInput;
}

/** What a configuration may say. */
export const KNOWN = ['name', 'handlers', 'namespaces', 'clusterwide', 'plugins', 'settings'];
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Types a configuration; checks happen when it is used, so that every mistake is reported in the same way. */
export function defineConfig(config: LayeredConfig): LayeredConfig;
export function defineConfig(config: OperatorConfig): OperatorConfig;
export function defineConfig<Config>(config: Config): Config {
  return config;
}

/**
 * @throws InvalidConfigError, UnknownOptionError, InvalidOptionError with the path of the wrong value; MistakesError if several are wrong.
 */
export function parseConfig(config: OperatorConfig): ParsedConfig {
  if (!isJsonObject(config)) throw new InvalidConfigError('The configuration is not an object.');
  rejectLayers(config);
  const { name, registries, namespaces, plugins, settings } = together({
    names: () => rejectUnknown(WHOLE, config, KNOWN),
    name: () => parseName(config.name),
    registries: () => parseHandlers(config.handlers),
    namespaces: () => parseScope(config),
    plugins: () => parsePlugins(config.plugins),
    settings: () => parseSettings(config.settings),
  });
  return { name, registries, namespaces, plugins, settings, settingsInput: config.settings ?? {} };
}

const WHOLE = 'The configuration';

/** What is above one configuration. */
export const LAYERS = ['extends', 'profiles'];

function rejectLayers(config: object): void {
  const layered = LAYERS.find((name) => name in config);
  if (layered === undefined) return;
  throw new InvalidConfigError(`'${layered}' is put together by the command line, not by startOperator().`, {
    remedy: 'Run it by `kopf run`, or give one whole configuration.',
  });
}

/** @throws InvalidConfigError. */
export function parseName(name: string | undefined): string | undefined {
  if (name === undefined || (typeof name === 'string' && DNS_LABEL.test(name))) return name;
  throw new InvalidConfigError(
    `'name' is ${valueText(name)}, but it must be a DNS label: lower-case letters, digits and dashes, at most 63.`,
    {
      remedy: "Choose a name such as 'my-operator'; it is written to the objects, so keep it.",
    },
  );
}

/** @throws InvalidConfigError for what is no registry. */
export function parseHandlers(handlers: OperatorConfig['handlers']): readonly Registry[] {
  return checkList(handlers, (entry, index) => {
    if (typeof entry !== 'string') return registryOf(entry, index);
    throw new InvalidConfigError(`'handlers[${index}]' is the glob ${JSON.stringify(entry)}, which only the command line can load.`, {
      remedy: 'Import the module and give its registry.',
    });
  });
}

function checkList<Value>(handlers: unknown, check: (entry: unknown, index: number) => Value): readonly Value[] {
  if (!Array.isArray(handlers)) throw new InvalidConfigError("'handlers' must be a list of registries or of globs.");
  return eachOf(handlers, check);
}

/** Also globs, which are loaded later. @throws InvalidConfigError. */
export function checkHandlers(handlers: OperatorConfig['handlers'] | undefined): void {
  checkList(handlers, (entry, index) => (typeof entry === 'string' ? undefined : registryOf(entry, index)));
}

function registryOf(entry: unknown, index: number): Registry {
  if (isRegistry(entry)) return entry;
  throw new InvalidConfigError(`'handlers[${index}]' is no registry.`, {
    remedy: 'Give what createRegistry() returned; is it the default export of the module?',
  });
}

/** @throws InvalidConfigError, InvalidOptionError. */
export function parseScope({ namespaces, clusterwide }: PartialConfig): readonly string[] | undefined {
  if (clusterwide !== undefined && typeof clusterwide !== 'boolean')
    throw new InvalidOptionError('clusterwide', clusterwide, 'true or false');
  if (namespaces !== undefined && clusterwide === true) {
    throw new InvalidConfigError("'namespaces' and 'clusterwide: true' exclude each other.", { remedy: 'Keep one of them.' });
  }
  if (namespaces === undefined) return undefined;
  if (!Array.isArray(namespaces) || namespaces.length === 0)
    throw new InvalidConfigError("'namespaces' must be a list with at least one name or glob.");
  return eachOf(namespaces as readonly string[], (pattern) => checkNamespacePattern(pattern));
}

/** @throws InvalidConfigError. */
export function parsePlugins(plugins: OperatorConfig['plugins'] | undefined): readonly Plugin[] {
  if (!Array.isArray(plugins)) throw new InvalidConfigError("'plugins' must be a list, for example [kubernetes(), annotations()].");
  return plugins as readonly Plugin[];
}
