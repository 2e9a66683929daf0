import { checkConfig, selectorText } from '@kopfts/core';
import type { AnyHandler, OperatorConfig } from '@kopfts/core';
import { adviceOn } from '../check-advice.js';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { loadForReading, type ReadingOptions } from '../load-for-reading.js';
import { jsonText, table } from '../output.js';

export type CheckOptions = ReadingOptions;

/** `kopf check`: loads and validates everything without a cluster, and says what is declared. */
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
  const advice = adviceOn(handlers);
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
    ...advice.map(({ id, place, says }) => `warning       '${id}' (${place}): ${says}.`),
    `${counted(declared.length, 'handler')}, ${advice.length === 0 ? 'no mistakes found' : counted(advice.length, 'warning')}.`,
  ];
  io.stdout(`${lines.join('\n')}\n`);
  return EXIT_OK;
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
