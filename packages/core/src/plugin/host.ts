// Puts plugins together: who contributes what, in which order, and who is in whose way. Opens nothing;
// the engine opens the parts in its scope.
import { errorText, isKopfError, orMeant, PluginConflictError, PluginFailedError, PluginMissingError } from '../errors.js';
import type { FactBody } from '../model/fact.js';
import { nearestName } from '../model/nearest-name.js';
import { valueText } from '../model/value-text.js';
import { checkContribution } from './check-part.js';
import { checkPlugin } from './check-plugin.js';
import { orderPlugins } from './order-plugins.js';
import type { ExtensionPoint, ExtensionPoints, Plugin, PluginHost } from './plugin.js';
import { ONCE, POINTS, REQUIRED } from './points.js';

/** What a plugin contributed to one point. */
export interface Contribution<Point extends ExtensionPoint> {
  readonly plugin: string;
  readonly part: ExtensionPoints[Point];
}

type Contributions = { readonly [Point in ExtensionPoint]: readonly Contribution<Point>[] };

/** All plugins, put together. */
export interface Composition extends Contributions {
  /** Names and points, in the order of set-up. */
  readonly plugins: readonly { readonly name: string; readonly provides: readonly ExtensionPoint[] }[];
}

/** What `setup` gets besides the way to contribute. */
export type HostSurroundings = Omit<PluginHost, 'contribute' | 'emit'> & { readonly emit: (fact: FactBody) => void };

const EXAMPLES: Readonly<Record<string, string>> = {
  clusterClient: 'kubernetes() of @kopfts/kubernetes',
  progressStore: 'annotations() of @kopfts/persistence-annotations',
  diffBaseStore: 'annotations() of @kopfts/persistence-annotations',
};

/**
 * Calls `setup` of every plugin and checks what came of it.
 *
 * @throws PluginConflictError two plugins provide what can be provided once. PluginMissingError nothing provides what the engine needs.
 *   PluginRequiredError, PluginExcludedError they say so of each other. PluginFailedError a plugin threw, contributed nonsense or to an
 *   unknown point, or speaks another version of the interface.
 */
export function composePlugins(plugins: readonly Plugin[], surroundings: HostSurroundings): Composition {
  const contributions = Object.fromEntries(POINTS.map((point) => [point, [] as { plugin: string; part: unknown }[]]));
  for (const plugin of plugins) checkPlugin(plugin);
  const composed = orderPlugins(plugins).map((plugin) => {
    const provides: ExtensionPoint[] = [];
    let isOver = false;
    setUp(plugin, {
      ...surroundings,
      contribute: (point, part) => {
        if (isOver) throw new PluginFailedError(plugin.name, `it contributes to '${point}' when its set-up has ended.`);
        const list = Object.hasOwn(contributions, point) ? contributions[point] : undefined;
        if (!list) throw noSuchPoint(plugin.name, point);
        checkContribution(plugin.name, point, part);
        const first = list[0];
        if (ONCE.includes(point) && first) throw new PluginConflictError(point, first.plugin, plugin.name);
        list.push({ plugin: plugin.name, part });
        provides.push(point);
      },
      emit: (fact) => surroundings.emit({ ...fact, plugin: plugin.name }),
    });
    isOver = true;
    return { name: plugin.name, provides };
  });
  for (const point of REQUIRED) if (contributions[point]?.length === 0) throw new PluginMissingError(point, EXAMPLES[point] ?? 'one');
  return { ...(contributions as unknown as Contributions), plugins: composed };
}

/** In plain JavaScript it may be anything. */
function noSuchPoint(plugin: string, point: unknown): PluginFailedError {
  const nearest = typeof point === 'string' ? nearestName(point, POINTS) : undefined;
  const named = typeof point === 'string' ? `'${point}'` : valueText(point);
  return new PluginFailedError(plugin, `it contributes to ${named}, which does not exist${orMeant(nearest)}`);
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
