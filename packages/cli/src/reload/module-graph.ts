// Which modules have to be evaluated anew when files change. Pure: what is imported by whom is found out elsewhere.

/** The modules of a project that were loaded. Files are absolute paths. */
export interface ModuleGraph {
  /** What each module imports. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
  /** Modules that export registries, and the files that declare handlers on those. */
  readonly registries: ReadonlyMap<string, ReadonlySet<string>>;
}

export const EMPTY_GRAPH: ModuleGraph = { imports: new Map(), registries: new Map() };

/**
 * Those that changed, and everything that imports them. A registry that others declare on is theirs, too: without it they would declare a
 * second time what is declared already.
 */
export function staleModules({ imports, registries }: ModuleGraph, changed: Iterable<string>): ReadonlySet<string> {
  const dependents = new Map<string, Set<string>>();
  const depends = (dependent: string, on: string): void => {
    dependents.set(on, (dependents.get(on) ?? new Set()).add(dependent));
  };
  for (const [file, imported] of imports) for (const one of imported) depends(file, one);
  for (const [file, declaring] of registries) for (const one of declaring) depends(file, one);
  return reachable(changed, (file) => dependents.get(file) ?? []);
}

/** What a configuration consists of, apart from its handlers: modules that it reaches without passing through one that exports a registry. */
export function ownModules({ imports, registries }: ModuleGraph, configFiles: Iterable<string>): ReadonlySet<string> {
  return reachable(configFiles, (file) => [...(imports.get(file) ?? [])].filter((imported) => !registries.has(imported)));
}

/** Those modules, and what they reach by imports. */
export function reachedModules(imports: ModuleGraph['imports'], from: Iterable<string>): ReadonlySet<string> {
  return reachable(from, (file) => imports.get(file) ?? []);
}

function reachable(from: Iterable<string>, next: (file: string) => Iterable<string>): ReadonlySet<string> {
  const found = new Set(from);
  // A set may grow while it is gone through: what is added is visited, too.
  for (const file of found) for (const one of next(file)) found.add(one);
  return found;
}
