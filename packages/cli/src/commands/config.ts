import { checkConfig, type OperatorConfig, type PartialConfig } from '@kopfts/core';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import type { ConfigLayer } from '../config-layers.js';
import { layersOfOptions } from '../config-overrides.js';
import { loadForReading, type ReadingOptions } from '../load-for-reading.js';
import { jsonText, table } from '../output.js';
import { KNOWN_SETTINGS } from '../setting-text.js';

export interface ConfigOptions extends ReadingOptions {
  readonly explain?: boolean;
}

/** The options, and where they come from. */
export interface ConfigRequest extends ConfigOptions {
  readonly sourceOf: (attribute: string) => string;
}

/** A value, who said it, and what it is. */
interface ExplainedValue {
  readonly path: string;
  /** As JSON would have it; functions by their name. */
  readonly value: unknown;
  readonly source: string;
  readonly meaning: string;
}

const NOBODY = 'default';

/** `kopf config`: what `kopf run` would run with; `--explain` tells who said it. What plugins were given is theirs, and never printed. */
export async function config(io: CliIo, files: readonly string[], { sourceOf, ...options }: ConfigRequest): Promise<number> {
  const { config: whole, name, loaded } = await loadForReading(io, files, options);
  checkConfig(whole);
  const layers = [...loaded.layers, ...layersOfOptions(options, { environment: io.env ?? {}, sourceOf })];
  const values = [...identityValues(whole, layers), ...clusterValues(options, sourceOf), ...settingValues(layers)];
  io.stdout(options.output === 'json' ? jsonText({ configuration: name, values }) : textOf(values, options.explain === true));
  return EXIT_OK;
}

function identityValues(whole: OperatorConfig, layers: readonly ConfigLayer[]): readonly ExplainedValue[] {
  const everywhere = whole.namespaces === undefined;
  return [
    {
      path: 'name',
      value: whole.name ?? null,
      source: sourceIn(layers, ({ name }) => name),
      meaning: "who the operator is on the cluster; without one Kopf's own names are used",
    },
    {
      path: everywhere ? 'clusterwide' : 'namespaces',
      value: everywhere ? true : whole.namespaces,
      source: sourceIn(layers, ({ namespaces, clusterwide }) => namespaces ?? clusterwide),
      meaning: 'which namespaces are served',
    },
    {
      path: 'plugins',
      value: whole.plugins.map((plugin) => plugin.name),
      source: sourceIn(layers, ({ plugins }) => plugins),
      meaning: 'what is put together; more by kopf plugins',
    },
  ];
}

function clusterValues({ kubeconfig, context }: ConfigOptions, sourceOf: (attribute: string) => string): readonly ExplainedValue[] {
  return Object.entries({ kubeconfig, context })
    .filter(([, value]) => value !== undefined)
    .map(([path, value]) => ({ path, value, source: sourceOf(path), meaning: 'which cluster, before what the configuration says' }));
}

function settingValues(layers: readonly ConfigLayer[]): readonly ExplainedValue[] {
  return KNOWN_SETTINGS.map(({ section, name, path, fallback, meaning }) => {
    const said = (partial: PartialConfig): unknown =>
      (partial.settings as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> | undefined)?.[section]?.[name];
    const layer = lastSaying(layers, said);
    const value = layer === undefined ? fallback : said(layer.config);
    return { path: `settings.${path}`, value: plain(value), source: layer?.source ?? NOBODY, meaning };
  });
}

function sourceIn(layers: readonly ConfigLayer[], said: (partial: PartialConfig) => unknown): string {
  return lastSaying(layers, said)?.source ?? NOBODY;
}

function lastSaying(layers: readonly ConfigLayer[], said: (partial: PartialConfig) => unknown): ConfigLayer | undefined {
  return layers.findLast((layer) => said(layer.config) !== undefined);
}

/** The first values of a list without end; a function by its name. */
function plain(value: unknown): unknown {
  if (typeof value === 'function') return value.name === '' ? 'a function' : value.name;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !(Symbol.iterator in value)) return value;
  const first: unknown[] = [];
  for (const one of value as Iterable<unknown>) {
    first.push(one);
    if (first.length === SHOWN) return [...first, '…'];
  }
  return first;
}

const SHOWN = 16;

function textOf(values: readonly ExplainedValue[], explain: boolean): string {
  const rows = values.map(({ path, value, source, meaning }) => {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return explain ? [path, shown, source, meaning] : [path, shown];
  });
  const head = explain ? [['VALUE OF', 'IS', 'FROM', 'MEANING']] : [];
  return `${table([...head, ...rows]).join('\n')}\n`;
}
