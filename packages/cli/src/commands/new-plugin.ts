import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorText, VERSION } from '@kopfts/core';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { NewPluginError, UsageError } from '../errors.js';
import { makeFolder } from '../make-folder.js';
import { jsonText, type OutputFormat } from '../output.js';

export interface NewPluginOptions {
  /** The folder to write; default: the last part of the name. */
  readonly dir?: string;
  readonly output?: OutputFormat;
}

/** `kopf new-plugin NAME`: a package with a plugin that keeps progress, its tests, and what publishing needs. */
export async function newPlugin(io: CliIo, name: string, options: NewPluginOptions): Promise<number> {
  const words = wordsOf(name);
  const folder = resolve(io.cwd, options.dir ?? name.split('/').pop() ?? name);
  const shown = relative(io.cwd, folder) || '.';
  await checkEmpty(folder, shown);
  const files = await templates();
  try {
    for (const [file, text] of files) await write(join(folder, file), filled(text, words));
  } catch (error) {
    throw new NewPluginError(`The folder ${shown} cannot be written: ${errorText(error)}.`, { cause: error });
  }
  if (options.output === 'json') io.stdout(jsonText({ folder: shown, package: name, files: files.map(([file]) => file) }));
  else io.stdout(`${shown}: the package ${name}, with ${words.__FUNCTION__}().\nTry it: cd ${shown} && npm install && npm test\n`);
  return EXIT_OK;
}

const PACKAGE = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/;

interface Words {
  readonly __PACKAGE__: string;
  readonly __PLUGIN__: string;
  readonly __FUNCTION__: string;
  readonly __TYPE__: string;
  readonly __PEER_RANGE__: string;
}

/** `@team/kopf-plugin-my-store` has the plugin `my-store`, made by `myStore()`. @throws UsageError for what npm would refuse. */
function wordsOf(name: string): Words {
  if (!PACKAGE.test(name) || name.length > 214) {
    throw new UsageError(`'${name}' cannot be the name of a package.`, {
      remedy: 'Use lower-case letters, digits, dashes and dots, such as kopf-plugin-files or @team/kopf-plugin-files.',
    });
  }
  const last = name.split('/').pop() ?? name;
  const plugin = last.replace(/^(?:kopf|kopfts)-(?:plugin-)?(?=.)/, '');
  const words = plugin.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const type = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  if (!/^[A-Z]/.test(type)) {
    throw new UsageError(`'${name}' gives no name for a function: its last part must begin with a letter.`, {
      remedy: 'Choose a name such as kopf-plugin-files.',
    });
  }
  const camel = type.charAt(0).toLowerCase() + type.slice(1);
  // A word of the language is no name of a function.
  const functionName = RESERVED.has(camel) ? `${camel}Plugin` : camel;
  return { __PACKAGE__: name, __PLUGIN__: plugin, __FUNCTION__: functionName, __TYPE__: type, __PEER_RANGE__: `>=${VERSION} <1` };
}

const RESERVED = new Set(
  'await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return static super switch this throw true try typeof var void while with yield let'.split(
    ' ',
  ),
);

function filled(text: string, words: Words): string {
  return Object.entries(words).reduce((filling, [word, value]) => filling.replaceAll(word, String(value)), text);
}

async function checkEmpty(folder: string, shown: string): Promise<void> {
  const entries = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new NewPluginError(`${shown} is no folder that can be written.`, { cause: error });
  });
  if (entries.length > 0) throw new NewPluginError(`The folder ${shown} is not empty.`);
}

/** By the names that they get. */
async function templates(): Promise<readonly (readonly [file: string, text: string])[]> {
  const root = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../templates/plugin' : '../templates/plugin', import.meta.url));
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.sort().map(async (file) => {
      const name = relative(root, file)
        .split(sep)
        .join('/')
        .replace(/\.template$/, '');
      return [name === 'gitignore' ? '.gitignore' : name, await readFile(file, 'utf8')] as const;
    }),
  );
}

async function write(file: string, text: string): Promise<void> {
  await makeFolder(dirname(file));
  await writeFile(file, text);
}
