// What a plugin would contribute, taken by another that puts it to a use of its own.
import { InvalidConfigError, PluginConflictError } from '../../errors.js';
import type { ExtensionPoint, ExtensionPoints, Plugin, PluginHost } from '../../plugin/plugin.js';

/** The stores of one plugin. */
export type CapturedStores = Partial<Pick<ExtensionPoints, 'progressStore' | 'diffBaseStore' | 'memoStore'>>;

export const STORE_POINTS = ['progressStore', 'diffBaseStore', 'memoStore'] as const satisfies readonly ExtensionPoint[];

/**
 * Sets a plugin up, and keeps what it provides instead of passing it on.
 *
 * @throws InvalidConfigError if it provides anything but stores, or none. PluginConflictError if it provides one of them twice.
 */
export function captureStores(plugin: Plugin, host: PluginHost, user: string): CapturedStores {
  const captured: { -readonly [Point in keyof CapturedStores]: CapturedStores[Point] } = {};
  plugin.setup({
    ...host,
    contribute: (point, part) => {
      const store = STORE_POINTS.find((one) => one === point);
      if (store === undefined) throw new InvalidConfigError(`${user} takes stores, and '${plugin.name}' provides '${point}', too.`);
      if (captured[store] !== undefined) throw new PluginConflictError(store, plugin.name, plugin.name);
      // The key says which of them it is.
      Object.assign(captured, { [store]: part });
    },
  });
  if (Object.keys(captured).length === 0) throw new InvalidConfigError(`${user} takes stores, and '${plugin.name}' provides none.`);
  return captured;
}
