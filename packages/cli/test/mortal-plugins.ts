// Plugins of a tool that dies at its first write: before it, or when it is done and the tool has not heard of it. Nothing comes after that.
import { KopfError, type ClusterClient, type ExtensionPoint, type ExternalPlace, type Part, type Plugin } from '@kopfts/core';

export interface Death {
  readonly when: 'before' | 'after';
}

/** What a dead tool says, for there has to be an end. */
export const DIED = 'The tool died.';

interface Fate extends Death {
  /** When it is over. */
  death?: Promise<void>;
}

export function mortal(plugins: readonly Plugin[], death: Death): readonly Plugin[] {
  const fate: Fate = { ...death };
  const places = new Map<ExternalPlace, ExternalPlace>();
  return plugins.map((plugin) => mortalPlugin(plugin, { fate, places }));
}

interface World {
  readonly fate: Fate;
  readonly places: Map<ExternalPlace, ExternalPlace>;
}

function mortalPlugin(plugin: Plugin, world: World): Plugin {
  return {
    ...plugin,
    ...(plugin.parts === undefined ? {} : { parts: plugin.parts.map((part) => mortalPlugin(part, world)) }),
    setup: (host) =>
      plugin.setup({
        ...host,
        contribute(point: ExtensionPoint, part: unknown) {
          const { open } = part as Part<object>;
          const opened: Part<object> = { open: async (scope) => mortalPart(point, await open(scope), world) };
          host.contribute(point, opened as never);
        },
      }),
  };
}

function mortalPart(point: ExtensionPoint, part: object, world: World): object {
  if (point === 'clusterClient') {
    const client = part as ClusterClient;
    return overlay(client, { write: (write, signal) => step(world.fate, () => client.write(write, signal)) });
  }
  const { place } = part as { readonly place?: ExternalPlace };
  return place === undefined ? part : overlay(part, { place: mortalPlace(place, world) });
}

function mortalPlace(place: ExternalPlace, { fate, places }: World): ExternalPlace {
  const known = places.get(place);
  if (known) return known;
  const { take, clear, forget } = place;
  const made = overlay(place, {
    ...(take && { take: (moved, signal) => step(fate, () => take(moved, signal)) }),
    ...(clear && { clear: (object, signal, options) => step(fate, () => clear(object, signal, options)) }),
    ...(forget && {
      forget(ref) {
        if (fate.death === undefined && fate.when === 'after') forget(ref);
        fate.death ??= Promise.resolve();
        throw new KopfError('KOPF_BUG', DIED);
      },
    }),
  });
  places.set(place, made);
  return made;
}

async function step<T>(fate: Fate, write: () => Promise<T>): Promise<T> {
  fate.death ??= fate.when === 'after' ? write().then(() => undefined) : Promise.resolve();
  await fate.death;
  throw new KopfError('KOPF_BUG', DIED);
}

/** The same with some methods of its own; the rest keeps its `this`. */
function overlay<T extends object>(target: T, own: Partial<T>): T {
  return new Proxy(target, {
    get: (from, name) => {
      const value: unknown = Reflect.get(name in own ? own : from, name);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(from) : value;
    },
  });
}
