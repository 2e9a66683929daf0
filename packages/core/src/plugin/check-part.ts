// Whether what plugins contribute, and what their parts open as, is what the engine can work with.
import { PluginFailedError } from '../errors.js';
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

/** @throws PluginFailedError for a contribution that is none. */
export function checkContribution(plugin: string, point: ExtensionPoint, part: unknown): void {
  if (Object.hasOwn(METHODS, point)) {
    const { open, optional } = membersOf(part);
    if (typeof open !== 'function') throw nonsense(plugin, `what it contributes to '${point}' is no part { open(scope) }.`);
    if (optional === true && ONCE.includes(point)) throw nonsense(plugin, `its '${point}' is optional, but the operator needs one.`);
  } else if (point === 'service') {
    const { name, run } = membersOf(part);
    if (typeof name !== 'string' || typeof run !== 'function')
      throw nonsense(plugin, `what it contributes to 'service' is no service { name, run(signal, operator) }.`);
  } else if (point === 'kindStores') {
    if (!Array.isArray(membersOf(part)['selectors']))
      throw nonsense(plugin, `what it contributes to 'kindStores' has no selectors; use forKinds().`);
  } else if (typeof part !== 'function') {
    throw nonsense(plugin, `what it contributes to '${point}' is no function.`);
  }
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
