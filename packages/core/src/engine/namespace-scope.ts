// Which namespaces are served, and by how many watches: one for each, or, where there are many, one for all of them (design 6.16).
import { isExactNamespace, matchesNamespace } from '../config/namespace-pattern.js';
import { errorText, ManyNamespacesError } from '../errors.js';
import { matchesResource } from '../handlers/selector.js';
import { resourceName, type Resource } from '../model/resource.js';
import type { Selector } from '../model/selector.js';
import { factError, isAbort, type EngineContext } from './context.js';

export const NAMESPACES: Selector = { by: 'plural', name: 'namespaces', group: '', version: 'v1' };

/** Above so many namespaces a kind is watched everywhere, if that is allowed, and filtered here. */
const MANY = 20;
/** Rights come and go: so long after a refusal the cluster is asked again, when something changes. */
const ASK_AGAIN_MS = 600_000;

/** Where one kind is watched. */
export interface Place {
  /** `undefined`: everywhere. */
  readonly namespace: string | undefined;
  /** Which of the objects that arrive are ours; absent: all. */
  readonly accepts?: ((namespace: string | undefined) => boolean) | undefined;
}

export interface NamespaceScope {
  /** Whether the namespaces themselves must be discovered. */
  readonly needsNamespaces: boolean;
  /** Watches the namespaces if a pattern needs it (spec D-22); resolves when they are known, or may not be known. */
  follow(catalogue: readonly Resource[]): Promise<void>;
  /** Decides how the kinds are watched; asks for rights where it matters. */
  choose(kinds: readonly Resource[]): Promise<void>;
  /** The watch of all namespaces is refused: the namespaces of the kind are watched one by one, what may be watched of them. */
  denied(kind: Resource): void;
  /** As it was decided last. */
  placesOf(kind: Resource): readonly Place[];
}

/** Without patterns the scope is everywhere. `watched`: the namespaces in which a kind has a watch of its own now. */
export function createNamespaceScope(
  ctx: EngineContext,
  patterns: readonly string[] | undefined,
  watched: (kind: Resource) => Iterable<string>,
): NamespaceScope {
  const names = new Set((patterns ?? []).filter(isExactNamespace));
  const needsNamespaces = (patterns ?? []).some((pattern) => !isExactNamespace(pattern));
  const matches = (name: string): boolean => (patterns ?? []).some((pattern) => matchesNamespace(pattern, name));
  const choices = new Map<string, Choice>();
  let isFollowed = false;
  return {
    needsNamespaces,
    async follow(catalogue) {
      const resource = catalogue.find((candidate) => matchesResource(NAMESPACES, candidate));
      if (isFollowed || !needsNamespaces || !resource) return;
      isFollowed = true;
      if (ctx.settings.scanning.disabled) return sayNotScanned(ctx, patterns ?? []);
      await followNamespaces(ctx, resource, { names, matches });
    },
    async choose(kinds) {
      if (!patterns || names.size <= MANY) return;
      for (const kind of kinds) if (kind.namespaced) await chooseFor(ctx, kind, { names, choices, watched });
    },
    denied(kind) {
      const key = resourceName(kind);
      if (choices.get(key)?.kind !== 'one') return;
      // The cluster has answered, whatever a review of the rights would say.
      choices.set(key, { kind: 'each', askedMs: ctx.clock.monotonicMs() });
      sayOneByOne(ctx, kind, names);
      ctx.rediscover();
    },
    placesOf(kind) {
      if (!patterns || !kind.namespaced) return [{ namespace: undefined }];
      const choice = choices.get(resourceName(kind));
      const own = choice?.kind === 'one' ? choice.apart : names;
      const places: Place[] = [...own].filter((name) => names.has(name)).map((namespace) => ({ namespace }));
      if (choice?.kind !== 'one') return places;
      const accepts = (name: string | undefined): boolean => name !== undefined && !choice.apart.has(name) && matches(name);
      return [...places, { namespace: undefined, accepts }];
    },
  };
}

/** Told not to look for namespaces, only exact names are served. */
function sayNotScanned(ctx: EngineContext, patterns: readonly string[]): void {
  const ignored = patterns.filter((pattern) => !isExactNamespace(pattern));
  const message = 'Scanning is disabled: patterns of namespaces are not used, names are.';
  ctx.emit({ kind: 'logged', level: 'warn', message, fields: { patterns: ignored.join(' ') } });
}

type Choice =
  /** One watch for all, but for those that had their own before: these keep them, so that nothing of them is interrupted. */
  | { readonly kind: 'one'; readonly apart: ReadonlySet<string> }
  /** It is not allowed. Asked at that time, monotonic. */
  | { readonly kind: 'each'; readonly askedMs: number };

interface Choosing {
  readonly names: ReadonlySet<string>;
  readonly choices: Map<string, Choice>;
  readonly watched: (kind: Resource) => Iterable<string>;
}

async function chooseFor(ctx: EngineContext, kind: Resource, { names, choices, watched }: Choosing): Promise<void> {
  const key = resourceName(kind);
  const before = choices.get(key);
  const nowMs = ctx.clock.monotonicMs();
  if (before?.kind === 'one' || (before !== undefined && nowMs - before.askedMs < ASK_AGAIN_MS)) return;
  const isAllowed = await mayWatchEverywhere(ctx, kind);
  choices.set(key, isAllowed ? { kind: 'one', apart: new Set(watched(kind)) } : { kind: 'each', askedMs: nowMs });
  if (!isAllowed && before === undefined) sayOneByOne(ctx, kind, names);
}

function sayOneByOne(ctx: EngineContext, kind: Resource, names: ReadonlySet<string>): void {
  const error = new ManyNamespacesError(resourceName(kind), names.size);
  ctx.emit({ kind: 'logged', level: 'warn', message: error.message, fields: { code: error.code, ...error.context } });
}

async function mayWatchEverywhere(ctx: EngineContext, kind: Resource): Promise<boolean> {
  try {
    return (await ctx.client.mayWatch?.({ resource: kind, namespace: undefined }, ctx.stopping)) ?? false;
  } catch (error) {
    if (isAbort(error, ctx.stopping)) throw error;
    ctx.emit({ kind: 'logged', level: 'debug', message: 'Rights cannot be asked for.', fields: { error: errorText(error) } });
    return false;
  }
}

/** Without the right to see namespaces only exact names are served (spec D-28); what was seen stays served when the right goes (spec D-29). */
async function followNamespaces(
  ctx: EngineContext,
  resource: Resource,
  { names, matches }: { readonly names: Set<string>; readonly matches: (name: string) => boolean },
): Promise<void> {
  let known: () => void = () => undefined;
  const firstSync = new Promise<void>((resolve) => (known = resolve));
  ctx.spawn('namespaces', async () => {
    try {
      for await (const signal of ctx.client.watch({ resource, namespace: undefined }, { content: 'metadata' }, ctx.stopping)) {
        if (signal.kind === 'health') {
          const error = signal.error === undefined ? {} : { error: factError(signal.error) };
          ctx.emit({ kind: 'watch-health', of: { resource, namespace: undefined }, state: signal.state, ...error });
        }
        // A list that fails is waited for: with some of the namespaces the indexes would be half of themselves (spec I-25).
        if (signal.kind === 'sync-end' || (signal.kind === 'health' && signal.state === 'denied')) known();
        if (signal.kind !== 'change' || !matches(signal.object.name)) continue;
        if (signal.type === 'deleted') names.delete(signal.object.name);
        else if (names.has(signal.object.name)) continue;
        else names.add(signal.object.name);
        ctx.rediscover();
      }
    } catch (error) {
      if (!isAbort(error, ctx.stopping)) throw error;
    } finally {
      known();
    }
  });
  await firstSync;
}
