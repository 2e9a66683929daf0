import { checkConfig, PLUGIN_API_VERSION } from '@kopfts/core';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { loadForReading, type ReadingOptions } from '../load-for-reading.js';
import { jsonText, table } from '../output.js';

/** `kopf plugins`: what is put together, in the order of opening, and who provides what. Opens nothing. */
export async function plugins(io: CliIo, options: ReadingOptions): Promise<number> {
  const { config, name } = await loadForReading(io, [], options);
  const composed = checkConfig(config).plugins;
  const versions = new Map(config.plugins.map((plugin) => [plugin.name, plugin.apiVersion ?? PLUGIN_API_VERSION]));
  const rows = composed.map((plugin) => ({ ...plugin, apiVersion: versions.get(plugin.name) ?? PLUGIN_API_VERSION }));
  if (options.output === 'json') {
    io.stdout(jsonText({ configuration: name, apiVersion: PLUGIN_API_VERSION, plugins: rows }));
    return EXIT_OK;
  }
  const lines = table([
    ['PLUGIN', 'INTERFACE', 'PROVIDES'],
    ...rows.map((row) => [row.name, String(row.apiVersion), row.provides.join(', ') || 'nothing']),
  ]);
  io.stdout(`${lines.join('\n')}\n`);
  return EXIT_OK;
}
