// Whether what plugins contribute, and what their parts open as, is what the engine can work with.
import { PluginFailedError } from '../errors.js';
import { valueText } from '../model/value-text.js';
import { ONCE, type OpenedPoint } from './points.js';
import type { ExtensionPoint } from './plugin.js';

/** What each part must be able to do once it is opened. */
const METHODS: Readonly<Record<OpenedPoint, readonly string[]>> = {
  clusterClient: ['resolve', 'catalogueChanges', 'watch', 'write', 'record'],
  progressStore: ['load', 'plan', 'ownsAnnotation'],
  diffBaseStore: ['load', 'plan', 'ownsAnnotation'],
  memoStore: ['load', 'plan', 'commit'],
  factSink: ['accept'],
};

/** What some kinds may have for themselves. */
const KIND_STORES = ['progressStore', 'diffBaseStore', 'memoStore'] as const satisfies readonly OpenedPoint[];
/** What timers can wait for. */
const LONGEST_MS = 2_147_483_647;

/** @throws PluginFailedError for a contribution that is none. */
export function checkContribution(plugin: string, point: ExtensionPoint, part: unknown): void {
  if (Object.hasOwn(METHODS, point)) {
    checkPart(plugin, point, part);
  } else if (point === 'service') {
    const { name, run } = membersOf(part);
    if (typeof name !== 'string' || typeof run !== 'function')
      throw nonsense(plugin, `what it contributes to 'service' is no service { name, run(signal, operator) }.`);
  } else if (point === 'kindStores') {
    checkKindStores(plugin, membersOf(part));
  } else if (typeof part !== 'function') {
    throw nonsense(plugin, `what it contributes to '${point}' is no function.`);
  }
}

function checkPart(plugin: string, point: ExtensionPoint, part: unknown): void {
  const { open, optional, openTimeoutMs } = membersOf(part);
  if (typeof open !== 'function') throw nonsense(plugin, `what it contributes to '${point}' is no part { open(scope) }.`);
  if (optional === true && ONCE.includes(point)) throw nonsense(plugin, `its '${point}' is optional, but the operator needs one.`);
  if (optional !== undefined && typeof optional !== 'boolean')
    throw nonsense(plugin, `the \`optional\` of its '${point}' is ${valueText(optional)}, but it must be true or false.`);
  if (openTimeoutMs === undefined || (typeof openTimeoutMs === 'number' && openTimeoutMs > 0 && openTimeoutMs <= LONGEST_MS)) return;
  const wanted = `a number of milliseconds from 1 to ${String(LONGEST_MS)}`;
  throw nonsense(plugin, `the \`openTimeoutMs\` of its '${point}' is ${valueText(openTimeoutMs)}, but it must be ${wanted}.`);
}

function checkKindStores(plugin: string, { selectors, ...stores }: Readonly<Record<string, unknown>>): void {
  const isParsed = Array.isArray(selectors) && selectors.length > 0 && selectors.every((one) => typeof membersOf(one)['by'] === 'string');
  if (!isParsed) throw nonsense(plugin, `what it contributes to 'kindStores' has no selectors; use forKinds().`);
  const given = KIND_STORES.filter((point) => stores[point] !== undefined);
  if (given.length === 0) throw nonsense(plugin, `what it contributes to 'kindStores' has no store; use forKinds().`);
  for (const point of given) checkPart(plugin, point, stores[point]);
}

/** @throws PluginFailedError for a part that opened as something else. */
export function checkOpened(plugin: string, point: OpenedPoint, opened: unknown): void {
  const members = membersOf(opened);
  const missing = METHODS[point].find((method) => typeof members[method] !== 'function');
  if (missing === undefined) return;
  const what = typeof opened === 'object' && opened !== null ? `something without ${missing}()` : String(opened);
  throw nonsense(plugin, `its '${point}' opened as ${what}.`);
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function nonsense(plugin: string, message: string): PluginFailedError {
  return new PluginFailedError(plugin, message, { remedy: 'See docs/plugins.md for what each point wants.' });
}
