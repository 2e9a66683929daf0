import { checkConfig, selectorText } from '@kopfts/core';
import type { AnyHandler, OperatorConfig } from '@kopfts/core';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { loadConfig } from '../load-config.js';
import { createModuleLoader } from '../module-loader.js';

export interface CheckOptions {
  readonly config?: string;
}

/** `kopf check`: loads and validates everything without a cluster, and says what is declared. */
export async function check(io: CliIo, files: readonly string[], options: CheckOptions): Promise<number> {
  const importModule = io.importModule ?? createModuleLoader();
  const loaded = await loadConfig({ cwd: io.cwd, configFile: options.config, handlerFiles: files, importModule, generation: 0 });
  const { handlers, activities, plugins } = checkConfig(loaded.config);
  const declared = handlers.length + activities.length;
  const lines = [
    `configuration ${loaded.name}`,
    `operator      ${loaded.config.name ?? "without a name (Kopf's own names are used)"}`,
    `namespaces    ${scopeText(loaded.config)}`,
    ...plugins.map(({ name, provides }) => `plugin        ${name}: ${provides.join(', ')}`),
    ...table(activities.map(({ activity, id, place }) => [activity, id, place])).map((line) => `activity      ${line}`),
    ...table(handlers.map(handlerRow)).map((line) => `handler       ${line}`),
    `${String(declared)} handler${declared === 1 ? '' : 's'}, no mistakes found.`,
  ];
  io.stdout(`${lines.join('\n')}\n`);
  return EXIT_OK;
}

function handlerRow(handler: AnyHandler): readonly string[] {
  const kind = handler.family === 'change' ? (handler.reason ?? 'field') : handler.family;
  return [kind, handler.id, selectorText(handler.selector), handler.place];
}

function scopeText({ namespaces }: OperatorConfig): string {
  return namespaces === undefined ? 'all' : namespaces.join(', ');
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
