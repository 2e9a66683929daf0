import { checkConfig, selectorText } from '@kopfts/core';
import type { AnyHandler, OperatorConfig } from '@kopfts/core';
import { adviceOn } from '../check-advice.js';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import type { CheckedConfig, ClusterAdvice } from '../cluster/cluster-advice.js';
import { clusterOf } from '../config-overrides.js';
import { loadForReading, type ReadingOptions } from '../load-for-reading.js';
import { jsonText, table } from '../output.js';

export interface CheckOptions extends ReadingOptions {
  /** Also ask the cluster. */
  readonly cluster?: boolean;
}

/** `kopf check`: loads and validates everything, asks a cluster only if that is wanted, and says what is declared. */
export async function check(io: CliIo, files: readonly string[], options: CheckOptions): Promise<number> {
  const { config, name: configuration } = await loadForReading(io, files, options);
  const { handlers, activities, plugins } = checkConfig(config);
  const declared = [
    ...activities.map(({ activity, id, place }) => ({ kind: activity, id, selector: undefined, place })),
    ...handlers.map((handler) => ({
      kind: kindOf(handler),
      id: handler.id,
      selector: selectorText(handler.selector),
      place: handler.place,
    })),
  ];
  const advice: readonly ClusterAdvice[] = [...adviceOn(handlers), ...(await askCluster(io, { config, handlers }, options))];
  if (options.output === 'json') {
    const { name = null, namespaces = null } = config;
    io.stdout(jsonText({ configuration, name, namespaces, plugins, handlers: declared, advice }));
    return EXIT_OK;
  }
  const isActivity = ({ selector }: (typeof declared)[number]): boolean => selector === undefined;
  const rowsOf = (which: boolean): readonly string[] =>
    table(
      declared
        .filter((one) => isActivity(one) === which)
        .map(({ kind, id, selector, place }) => [kind, id, ...(selector === undefined ? [] : [selector]), place]),
    );
  const lines = [
    `configuration ${configuration}`,
    `operator      ${config.name ?? "without a name (Kopf's own names are used)"}`,
    `namespaces    ${scopeText(config)}`,
    ...plugins.map(({ name, provides }) => `plugin        ${name}: ${provides.join(', ')}`),
    ...rowsOf(true).map((line) => `activity      ${line}`),
    ...rowsOf(false).map((line) => `handler       ${line}`),
    ...advice.map(({ id, place, says }) => `warning       ${id === undefined ? '' : `'${id}' (${place}): `}${ended(says)}`),
    `${counted(declared.length, 'handler')}, ${advice.length === 0 ? 'no mistakes found' : counted(advice.length, 'warning')}.`,
  ];
  io.stdout(`${lines.join('\n')}\n`);
  return EXIT_OK;
}

/** A cluster that is named is asked; else the one of the configuration, with `--cluster`. */
async function askCluster(io: CliIo, checked: CheckedConfig, options: CheckOptions): Promise<readonly ClusterAdvice[]> {
  const cluster = clusterOf(options, io.cwd);
  if (options.cluster !== true && cluster === undefined) return [];
  const [{ withCluster }, { adviceOfCluster }] = await Promise.all([
    import('../cluster/with-cluster.js'),
    import('../cluster/cluster-advice.js'),
  ]);
  const over = new AbortController();
  const stopListening = io.onSignal(() => over.abort(new Error('it was asked to end')));
  try {
    const of = { config: checked.config, cluster, signal: over.signal };
    return await withCluster(of, (client) => adviceOfCluster(client, checked, over.signal));
  } finally {
    stopListening();
  }
}

function ended(sentence: string): string {
  return sentence.endsWith('?') ? sentence : `${sentence}.`;
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}

function kindOf(handler: AnyHandler): string {
  return handler.family === 'change' ? (handler.reason ?? 'field') : handler.family;
}

function scopeText({ namespaces }: OperatorConfig): string {
  return namespaces === undefined ? 'all' : namespaces.join(', ');
}
