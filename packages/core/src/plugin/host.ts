// Puts plugins together: who contributes what, in which order, and who is in whose way. Opens nothing;
// the engine opens the parts in its scope.
import { errorText, isKopfError, PluginConflictError, PluginFailedError, PluginMissingError } from '../errors.js';
import type { FactBody } from '../model/fact.js';
import { PLUGIN_API_VERSION, type ExtensionPoint, type ExtensionPoints, type Plugin, type PluginHost } from './plugin.js';

/** What a plugin contributed to one point. */
export interface Contribution<Point extends ExtensionPoint> {
  readonly plugin: string;
  readonly part: ExtensionPoints[Point];
}

type Contributions = { readonly [Point in ExtensionPoint]: readonly Contribution<Point>[] };

/** All plugins, put together. */
export interface Composition extends Contributions {
  /** Names and points, in the order of the configuration. */
  readonly plugins: readonly { readonly name: string; readonly provides: readonly ExtensionPoint[] }[];
}

/** What `setup` gets besides the way to contribute. */
export type HostSurroundings = Omit<PluginHost, 'contribute' | 'emit'> & { readonly emit: (fact: FactBody) => void };

const REQUIRED: readonly ExtensionPoint[] = ['clusterClient', 'progressStore', 'diffBaseStore'];
const ONCE: readonly ExtensionPoint[] = [...REQUIRED, 'memoStore'];
const POINTS: readonly ExtensionPoint[] = [...ONCE, 'kindStores', 'factSink', 'service', 'aroundInvoke', 'contributeToPatch', 'admitPass'];
const EXAMPLES: Readonly<Record<string, string>> = {
  clusterClient: 'kubernetes() of @kopfts/kubernetes',
  progressStore: 'annotations() of @kopfts/persistence-annotations',
  diffBaseStore: 'annotations() of @kopfts/persistence-annotations',
};

/**
 * Calls `setup` of every plugin and checks what came of it.
 *
 * @throws PluginConflictError two plugins provide what can be provided once. PluginMissingError nothing provides what the engine needs.
 *   PluginFailedError a plugin threw, contributed to an unknown point, or speaks another version of the interface.
 */
export function composePlugins(plugins: readonly Plugin[], surroundings: HostSurroundings): Composition {
  const contributions = Object.fromEntries(POINTS.map((point) => [point, [] as { plugin: string; part: unknown }[]]));
  const composed = plugins.map((plugin) => {
    const provides: ExtensionPoint[] = [];
    checkShape(plugin);
    setUp(plugin, {
      ...surroundings,
      contribute: (point, part) => {
        const list = contributions[point];
        if (!list) throw new PluginFailedError(plugin.name, `it contributes to '${point}', which does not exist.`);
        const first = list[0];
        if (ONCE.includes(point) && first) throw new PluginConflictError(point, first.plugin, plugin.name);
        list.push({ plugin: plugin.name, part });
        provides.push(point);
      },
      emit: (fact) => surroundings.emit({ ...fact, plugin: plugin.name }),
    });
    return { name: plugin.name, provides };
  });
  for (const point of REQUIRED) if (contributions[point]?.length === 0) throw new PluginMissingError(point, EXAMPLES[point] ?? 'one');
  return { ...(contributions as unknown as Contributions), plugins: composed };
}

function checkShape(plugin: Plugin): void {
  const candidate = plugin as Partial<Plugin> | null | undefined;
  if (typeof candidate?.name !== 'string' || typeof candidate.setup !== 'function') {
    throw new PluginFailedError(candidate?.name ?? 'unnamed', 'a plugin is an object { name, setup(host) }; did you forget to call it?');
  }
  const version = candidate.apiVersion ?? PLUGIN_API_VERSION;
  if (version !== PLUGIN_API_VERSION) {
    throw new PluginFailedError(candidate.name, `it was made for plugin interface ${version}, this is ${PLUGIN_API_VERSION}.`, {
      remedy: version > PLUGIN_API_VERSION ? 'Update @kopfts/core.' : 'Update the plugin.',
    });
  }
}

function setUp(plugin: Plugin, host: PluginHost): void {
  let returned: unknown;
  try {
    returned = plugin.setup(host);
  } catch (error) {
    if (isKopfError(error)) throw error; // it says already what is wrong
    throw new PluginFailedError(plugin.name, errorText(error), { cause: error });
  }
  if (returned instanceof Promise) {
    returned.catch(() => undefined); // its failure is reported here, as the wrong kind of set-up
    throw new PluginFailedError(plugin.name, 'its `setup` is asynchronous; open things in a part instead.');
  }
}
