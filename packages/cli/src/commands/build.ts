import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkConfig, errorText, VERSION } from '@kopfts/core';
import { bundle } from '../build/bundle.js';
import { entryText } from '../build/entry-text.js';
import { recordFiles, type FileRecorder, type FoundFiles } from '../build/found-files.js';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { composeLayers } from '../config-layers.js';
import { BuildError, UsageError } from '../errors.js';
import { findTsconfig } from '../find-tsconfig.js';
import { loadConfig } from '../load-config.js';
import { checkFiles } from '../load-for-reading.js';
import { makeFolder } from '../make-folder.js';
import { createModuleLoader } from '../module-loader.js';
import { jsonText, type OutputFormat } from '../output.js';

export interface BuildOptions {
  readonly config?: string;
  readonly profile?: string;
  /** The file to write; default `dist/operator.mjs`. */
  readonly out?: string;
  /** Packages that stay outside. */
  readonly external?: readonly string[];
  readonly output?: OutputFormat;
}

/** `kopf build`: configuration, handlers and the framework in one file that runs the operator. */
export async function build(io: CliIo, files: readonly string[], options: BuildOptions): Promise<number> {
  checkFiles(files, options);
  const out = outputFile(options, io.cwd);
  const loader = createModuleLoader();
  const recorder = recordFiles(io.cwd, io.importModule ?? loader.importModule);
  try {
    const { name, profiles } = await loadAll(recorder, { io, files, options });
    const { found, root } = recorder.found();
    const parts = {
      version: VERSION,
      found,
      configFile: files.length > 0 ? undefined : name,
      handlerFiles: files,
      profile: options.profile,
      hasProfiles: options.profile === undefined && profiles.length > 0,
    };
    const runner = runnerFile();
    const text = await bundle({
      entry: entryText(parts, { runner, root }),
      runner,
      cwd: io.cwd,
      tsconfig: findTsconfig(join(io.cwd, 'kopf.config.ts')),
      external: options.external ?? [],
    });
    await write(out, text, relative(io.cwd, out));
    tell(io, options, { file: relative(io.cwd, out), bytes: Buffer.byteLength(text), found });
    return EXIT_OK;
  } finally {
    await loader.dispose();
  }
}

interface Loading {
  readonly io: CliIo;
  readonly files: readonly string[];
  readonly options: BuildOptions;
}

/** Also every profile that may be asked for when it runs, so that its files go in, too. */
async function loadAll(
  { files: disk, importModule }: FileRecorder,
  { io, files, options }: Loading,
): Promise<{ readonly name: string; readonly profiles: readonly string[] }> {
  const load = (profile: string | undefined) =>
    loadConfig({ cwd: io.cwd, configFile: options.config, handlerFiles: files, importModule, generation: 0, profile, files: disk });
  const { layers, name, profiles } = await load(options.profile);
  checkConfig(composeLayers(layers));
  if (options.profile === undefined) for (const profile of profiles) await load(profile);
  return { name, profiles };
}

/** Node takes such a file for a module wherever it is. */
function outputFile({ out = 'dist/operator.mjs' }: BuildOptions, cwd: string): string {
  if (out.endsWith('.mjs')) return resolve(cwd, out);
  throw new UsageError(`The file ${out} would be no module everywhere: its name must end with .mjs.`, {
    remedy: `Write it as -o ${out.replace(/\.[cm]?[jt]s$/, '')}.mjs`,
  });
}

/** Beside this module: as it was compiled, or as a source in our own tests. */
function runnerFile(): string {
  const here = import.meta.url;
  return fileURLToPath(here.endsWith('.ts') ? new URL('../../dist/built.js', here) : new URL('./built.js', here));
}

async function write(file: string, text: string, name: string): Promise<void> {
  try {
    await makeFolder(dirname(file));
    await writeFile(file, text);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : errorText(error);
    throw new BuildError(`The file ${name} cannot be written: ${why}.`, { remedy: 'Name another one by -o.', cause: error });
  }
}

interface Written {
  readonly file: string;
  readonly bytes: number;
  readonly found: FoundFiles;
}

function tell(io: CliIo, { output }: BuildOptions, { file, bytes, found }: Written): void {
  if (output === 'json') {
    io.stdout(jsonText({ file, bytes, modules: found.modules.length }));
    return;
  }
  const modules =
    found.modules.length === 1 ? 'configuration' : `configuration and ${String(found.modules.length - 1)} modules with handlers`;
  io.stdout(`${file}: ${String(Math.ceil(bytes / 1024))} KiB, with the ${modules}.\nStart it: node ${file}\n`);
}
