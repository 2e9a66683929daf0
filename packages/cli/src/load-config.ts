import { basename, dirname, join, relative, resolve } from 'node:path';
import { checkLayers, isKopfError, isRegistry, KopfError } from '@kopfts/core';
import type { OperatorConfig, PartialConfig } from '@kopfts/core';
import type { ImportModule } from './cli-io.js';
import { composeLayers, type ConfigLayer } from './config-layers.js';
import { configOfFiles } from './config-of-files.js';
import { checkProfile, fileOfExtended, layersIn } from './extended-config.js';
import { ConfigBrokenError, ConfigMissingError, HandlerModuleError, UsageError } from './errors.js';
import { isGlob } from './glob.js';
import { locateImportFailure, placeOf } from './import-error.js';
import { filesOnDisk, type ProjectFiles } from './project-files.js';

/** Finds, compiles and completes a configuration: afterwards its handlers are registries only. */

export const CONFIG_NAMES = ['ts', 'mts', 'js', 'mjs', 'cjs'].map((extension) => `kopf.config.${extension}`);

type RegistryOrGlob = OperatorConfig['handlers'][number];

export interface ConfigSource {
  readonly cwd: string;
  /** `--config`. */
  readonly configFile: string | undefined;
  /** Files with handlers, to be run without a configuration. */
  readonly handlerFiles: readonly string[];
  readonly importModule: ImportModule;
  /** Counts reloads; another generation reads all modules of the user anew. */
  readonly generation: number;
  /** `--profile`: which of the configuration's profiles, if it has any. */
  readonly profile?: string | undefined;
  /** Default: those on the disk. */
  readonly files?: ProjectFiles | undefined;
}

export interface LoadedConfig {
  readonly config: OperatorConfig;
  /** Of what `config` was put together, the first one below all others. */
  readonly layers: readonly ConfigLayer[];
  /** Where it was, for people; seen from the working directory. */
  readonly name: string;
  /** The files of the configuration itself, and of what it extends. */
  readonly configFiles: readonly string[];
  /** The folders whose files make it up. */
  readonly folders: readonly string[];
  /** The names of all profiles that could be asked for. */
  readonly profiles: readonly string[];
}

/**
 * @throws ConfigMissingError, ConfigBrokenError, HandlerModuleError, PackageMissingError; errors of ours that a module
 *   throws (a wrong option of a handler) as they are.
 */
export async function loadConfig(source: ConfigSource): Promise<LoadedConfig> {
  if (source.handlerFiles.length > 0) return loadFiles(source);
  const file = await findConfig(source);
  const name = relative(source.cwd, file);
  const reading: Reading = { source, files: new Set(), folders: new Set(), profiles: new Set(), others: [] };
  const found = await layersOf(file, reading, []);
  const { folders, profiles, files, others } = reading;
  checkProfile(source.profile, [...profiles], name);
  const own = found.map(({ layer }) => layer);
  checkLayers(
    [...own, ...others].map((layer) => ({ config: layer.config, place: layer.source === name ? undefined : layer.source })),
    composeLayers(own),
  );
  const layers: ConfigLayer[] = [];
  for (const one of found) layers.push(await withRegistries(one, reading));
  return { config: composeLayers(layers), layers, name, configFiles: [...files], folders: [...folders], profiles: [...profiles] };
}

/** What is found on the way through files that extend each other. */
interface Reading {
  readonly source: ConfigSource;
  readonly files: Set<string>;
  readonly folders: Set<string>;
  readonly profiles: Set<string>;
  /** Profiles that are not asked for. */
  readonly others: ConfigLayer[];
}

/** What a file says, before its globs are followed. */
interface FoundLayer {
  readonly layer: ConfigLayer;
  readonly folder: string;
}

/** What a file extends, itself, and its profile; `above` are the files that extend it. */
async function layersOf(file: string, reading: Reading, above: readonly string[]): Promise<readonly FoundLayer[]> {
  const { source, folders, profiles, others } = reading;
  const name = relative(source.cwd, file);
  const way = [...above, file];
  if (above.includes(file)) {
    const circle = way.map((one) => relative(source.cwd, one)).join(' → ');
    throw new ConfigBrokenError(`${name} extends itself: ${circle}.`, { remedy: 'Take one of these out of `extends`.' });
  }
  const config = configOf(await importUserModule(file, { ...source, isConfig: true }), name);
  const { extended, own, profiles: names, others: unchosen } = layersIn(config, name, source.profile);
  reading.files.add(file);
  folders.add(dirname(file));
  for (const known of names) profiles.add(known);
  others.push(...unchosen);
  const layers: FoundLayer[] = [];
  for (const reference of extended)
    layers.push(...(await layersOf(await fileOfExtended(reference, file, { files: filesIn(source), name }), reading, way)));
  return [...layers, ...own.map((layer) => ({ layer, folder: dirname(file) }))];
}

async function withRegistries({ layer, folder }: FoundLayer, { source, folders }: Reading): Promise<ConfigLayer> {
  const { registries, files } = await resolveHandlers(layer.config, folder, source);
  for (const one of files) folders.add(dirname(one));
  return registries === undefined ? layer : { ...layer, config: { ...layer.config, handlers: registries } };
}

/** In the working directory only: a configuration of somebody else's, found upwards, would run on a cluster. */
async function findConfig(source: ConfigSource): Promise<string> {
  const { cwd, configFile } = source;
  const { exists } = filesIn(source);
  if (configFile !== undefined) {
    const file = resolve(cwd, configFile);
    if (await exists(file)) return file;
    throw new ConfigMissingError(`There is no configuration ${configFile}.`);
  }
  for (const name of CONFIG_NAMES) {
    const file = join(cwd, name);
    if (await exists(file)) return file;
  }
  throw new ConfigMissingError(`There is no configuration in ${cwd}: none of ${CONFIG_NAMES.join(', ')}.`);
}

function configOf(module: unknown, name: string): object {
  const value = defaultExport(module);
  if (isRegistry(value)) {
    throw new ConfigBrokenError(`${name} exports a registry, not a configuration.`, {
      remedy: `Run it as a file with handlers: kopf run ${name}`,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigBrokenError(`${name} has no configuration as its default export.`, {
      remedy: 'End it with: export default defineConfig({ … });',
    });
  }
  return value;
}

async function loadFiles(source: ConfigSource): Promise<LoadedConfig> {
  if (source.profile !== undefined) {
    throw new UsageError(`Files with handlers have no profile '${source.profile}'.`, {
      remedy: 'Profiles belong to a configuration: leave --profile and KOPF_PROFILE out, or write a kopf.config.ts.',
    });
  }
  const files: string[] = [];
  for (const pattern of source.handlerFiles) files.push(...(await filesOf(pattern, source.cwd, source)));
  const registries = await loadRegistries(files, source);
  const folders = [...new Set(files.map((file) => dirname(file)))];
  const name = files.map((file) => relative(source.cwd, file)).join(', ');
  const config = await configOfFiles(registries);
  return { config, layers: [{ source: name, config }], name, configFiles: [], folders, profiles: [] };
}

async function resolveHandlers(
  config: PartialConfig,
  folder: string,
  source: ConfigSource,
): Promise<{ registries: readonly RegistryOrGlob[] | undefined; files: readonly string[] }> {
  if (config.handlers === undefined) return { registries: undefined, files: [] };
  const registries: RegistryOrGlob[] = [];
  const files: string[] = [];
  for (const entry of config.handlers) {
    if (typeof entry !== 'string') {
      registries.push(entry);
      continue;
    }
    const found = await filesOf(entry, folder, source);
    files.push(...found);
    registries.push(...(await loadRegistries(found, source)));
  }
  return { registries, files };
}

function filesIn({ files = filesOnDisk }: ConfigSource): ProjectFiles {
  return files;
}

async function filesOf(pattern: string, folder: string, source: ConfigSource): Promise<readonly string[]> {
  const { exists, find } = filesIn(source);
  if (isGlob(pattern)) {
    const files = await find(folder, pattern);
    if (files.length > 0) return files;
    throw new HandlerModuleError(`No file with handlers matches '${pattern}' in ${folder}.`, { remedy: 'Correct the glob.' });
  }
  const file = resolve(folder, pattern);
  if (await exists(file)) return [file];
  throw new HandlerModuleError(`There is no file with handlers ${relative(source.cwd, file) || './'}.`, { remedy: 'Correct its name.' });
}

async function loadRegistries(files: readonly string[], source: ConfigSource): Promise<readonly RegistryOrGlob[]> {
  const registries: RegistryOrGlob[] = [];
  // One after the other: the order of registration is the order of the files.
  for (const file of files) {
    const value = defaultExport(await importUserModule(file, { ...source, isConfig: false }));
    if (!isRegistry(value)) {
      const name = relative(source.cwd, file);
      const remedy = CONFIG_NAMES.some((config) => file.endsWith(config))
        ? `It is a configuration: give it as --config ${name}`
        : 'End it with: export default kopf; where kopf is what createRegistry() returned.';
      throw new HandlerModuleError(`${name} exports no registry by default.`, { remedy });
    }
    registries.push(value);
  }
  return registries;
}

async function importUserModule(file: string, source: ConfigSource & { readonly isConfig: boolean }): Promise<unknown> {
  try {
    return await source.importModule(file, source.generation);
  } catch (error) {
    const failure = locateImportFailure(error, dirname(file));
    const place = placeOf(failure, source.cwd, file);
    if (isKopfError(error)) throw locatedError(error, place);
    const isConfig = source.isConfig && (failure.file === undefined || failure.file === file);
    const message = `${place} cannot be loaded: ${failure.message}`;
    throw isConfig ? new ConfigBrokenError(message, { cause: error }) : new HandlerModuleError(message, { cause: error });
  }
}

/** An error of ours keeps its code and remedy; one that does not name its place (an option of a plugin) gets it. */
function locatedError(error: KopfError, place: string): KopfError {
  if (error.message.includes(basename(place))) return error;
  return new KopfError(error.code, `${error.message} (${place})`, { remedy: error.remedy ?? '', context: error.context, cause: error });
}

/** CommonJS modules compiled from ES modules have their default export one level deeper. */
function defaultExport(module: unknown): unknown {
  const value = (module as { readonly default?: unknown }).default;
  const isWrapped = typeof value === 'object' && value !== null && '__esModule' in value && 'default' in value;
  return isWrapped ? value.default : value;
}
