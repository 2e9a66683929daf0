import { checkConfig, PLUGIN_API_VERSION, versionsText } from '@kopfts/core';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { loadForReading, type ReadingOptions } from '../load-for-reading.js';
import { jsonText, table } from '../output.js';

/** `kopf plugins`: what is put together, in the order of opening, and who provides what. Opens nothing. */
export async function plugins(io: CliIo, options: ReadingOptions): Promise<number> {
  const { config, name } = await loadForReading(io, [], options);
  const composed = checkConfig(config).plugins;
  const configured = new Map(config.plugins.map((plugin) => [plugin.name, plugin]));
  const rows = composed.map((row) => ({ row, plugin: configured.get(row.name) }));
  if (options.output === 'json') {
    const described = rows.map(({ row, plugin }) => ({
      ...row,
      apiVersion: plugin?.apiVersion ?? PLUGIN_API_VERSION,
      requires: plugin?.requires ?? [],
    }));
    io.stdout(jsonText({ configuration: name, apiVersion: PLUGIN_API_VERSION, plugins: described }));
    return EXIT_OK;
  }
  const lines = table([
    ['PLUGIN', 'INTERFACE', 'PROVIDES'],
    ...rows.map(({ row, plugin }) => [row.name, plugin === undefined ? '' : versionsText(plugin), row.provides.join(', ') || 'nothing']),
  ]);
  io.stdout(`${lines.join('\n')}\n`);
  return EXIT_OK;
}
