import { resolve } from 'node:path';
import { checkLayers, isKopfError } from '@kopfts/core';
import type { ClusterSelection, OperatorConfig, Plugin } from '@kopfts/core';
import { composeLayers, type ConfigLayer } from './config-layers.js';
import { UsageError } from './errors.js';
import { announcementFolder } from './explain/announcements.js';
import type { LoadedConfig } from './load-config.js';
import { settingOfFlag, settingsOfEnvironment } from './setting-text.js';

/** What `run` and `dev` have in common: which cluster, which namespaces, how much is said. */
export interface OperatorOptions {
  readonly config?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: readonly string[];
  readonly allNamespaces?: boolean;
  /** Settings, as `queueing.workerLimit=64`. */
  readonly set?: readonly string[];
  /** Which of the configuration's profiles. */
  readonly profile?: string;
  /** Spec PR-01. */
  readonly liveness?: string;
  /** Where explanations are given. */
  readonly explanations?: string;
  /** Whose content is asked for there. */
  readonly explanationsTokenFile?: string;
}

/** What was typed, and what the environment says instead of typing. */
export interface OptionSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The place that an option came from, for people; default: the command line. */
  readonly sourceOf?: ((attribute: string) => string) | undefined;
}

/**
 * The layers above a configuration: settings by variables, then scope and settings of the command line (spec CL-06).
 *
 * @throws UsageError for a setting that does not exist, and for both scopes.
 */
export function layersOfOptions(
  options: OperatorOptions,
  { environment, sourceOf = () => 'command line' }: OptionSources,
): readonly ConfigLayer[] {
  const { namespace, allNamespaces, set = [] } = options;
  checkScope(options);
  const layers: ConfigLayer[] = settingsOfEnvironment(environment).map(({ source, settings }) => ({ source, config: { settings } }));
  if (allNamespaces === true) layers.push({ source: sourceOf('allNamespaces'), config: { clusterwide: true } });
  if (namespace !== undefined && namespace.length > 0) layers.push({ source: sourceOf('namespace'), config: { namespaces: namespace } });
  for (const assignment of set) layers.push({ source: sourceOf('set'), config: { settings: settingOfFlag(assignment) } });
  return layers;
}

/** A configuration below the command line. */
export async function withOptions(loaded: LoadedConfig, options: OperatorOptions, sources: OptionSources): Promise<OperatorConfig> {
  const above = layersOfOptions(options, sources);
  checkLayers(above.map(({ config, source }) => ({ config, place: source })));
  const config = await withLiveness(composeLayers([...loaded.layers, ...above]), options);
  return withExplanations(config, options, sources);
}

/** So does that of explanations. */
async function withExplanations(
  config: OperatorConfig,
  { explanations: url, explanationsTokenFile: tokenFile }: OperatorOptions,
  { environment }: OptionSources,
): Promise<OperatorConfig> {
  if (url === undefined) {
    if (tokenFile === undefined) return config;
    throw new UsageError('--explanations-token-file says what is asked for at an address, but there is none.', {
      remedy: 'Give --explanations, too.',
    });
  }
  const { explanations, EXPLANATIONS } = await import('./explain/explanations.js');
  const plugins = config.plugins.filter((plugin) => !isCalled(plugin, EXPLANATIONS));
  const plugin = asTyped(() => explanations(url, { tokenFile, folder: announcementFolder(environment) }));
  return { ...config, plugins: [...plugins, plugin] };
}

/** Of `kopf dev`: on a port that the system chooses, unless something else is said. */
export async function withOwnExplanations(config: OperatorConfig, { environment }: OptionSources): Promise<OperatorConfig> {
  const { explanations, EXPLANATIONS } = await import('./explain/explanations.js');
  if (config.plugins.some((plugin) => isCalled(plugin, EXPLANATIONS))) return config;
  return { ...config, plugins: [...config.plugins, explanations('http://127.0.0.1:0', { folder: announcementFolder(environment) })] };
}

/** The endpoint of the command line goes before that of the configuration. */
async function withLiveness(config: OperatorConfig, { liveness: url }: OperatorOptions): Promise<OperatorConfig> {
  if (url === undefined) return config;
  const { liveness, LIVENESS } = await import('./liveness/liveness.js');
  return { ...config, plugins: [...config.plugins.filter((plugin) => !isCalled(plugin, LIVENESS)), asTyped(() => liveness(url))] };
}

/** What the command line gives a plugin is a mistake of whoever typed it. */
function asTyped<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (isKopfError(error, 'KOPF_INVALID_OPTION')) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** What is no plugin is refused when plugins are put together. */
function isCalled(plugin: Plugin | null | undefined, name: string): boolean {
  return plugin?.name === name;
}

/** @throws UsageError. */
export function checkScope({ namespace, allNamespaces }: OperatorOptions): void {
  if (allNamespaces === true && namespace !== undefined && namespace.length > 0) {
    throw new UsageError('-A/--all-namespaces and -n/--namespace exclude each other.', { remedy: 'Give one of them.' });
  }
}

/** `undefined` if the command line names no cluster. */
export function clusterOf({ kubeconfig, context }: OperatorOptions, cwd: string): ClusterSelection | undefined {
  if (kubeconfig === undefined && context === undefined) return undefined;
  return { kubeconfig: kubeconfig === undefined ? undefined : resolve(cwd, kubeconfig), context };
}
