// How commands load a configuration that they only look at.
import type { OperatorConfig } from '@kopfts/core';
import type { CliIo } from './cli-io.js';
import { withOptions, type OperatorOptions } from './config-overrides.js';
import { UsageError } from './errors.js';
import { loadConfig, type LoadedConfig } from './load-config.js';
import { createModuleLoader } from './module-loader.js';
import type { OutputFormat } from './output.js';

/** Options of commands that read a configuration. */
export interface ReadingOptions extends OperatorOptions {
  readonly output?: OutputFormat;
}

/** The configuration as it would run with these options; `loaded` is what the files alone say. */
export interface ReadConfig {
  readonly config: OperatorConfig;
  readonly name: string;
  readonly loaded: LoadedConfig;
}

/** Loads it, once. @throws as `loadConfig` does. */
export async function loadForReading(io: CliIo, files: readonly string[], options: ReadingOptions): Promise<ReadConfig> {
  checkFiles(files, options);
  const loader = createModuleLoader();
  const importModule = io.importModule ?? loader.importModule;
  const { config: configFile, profile } = options;
  try {
    const loaded = await loadConfig({ cwd: io.cwd, configFile, handlerFiles: files, importModule, generation: 0, profile });
    return { config: await withOptions(loaded, options, { environment: io.env ?? {} }), name: loaded.name, loaded };
  } finally {
    await loader.dispose();
  }
}

/** @throws UsageError. */
export function checkFiles(files: readonly string[], { config }: Pick<OperatorOptions, 'config'>): void {
  if (files.length === 0 || config === undefined) return;
  throw new UsageError('--config and files with handlers exclude each other.', { remedy: 'List the handlers in the configuration.' });
}
