import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownModules, staleModules, type ModuleGraph } from './module-graph.js';

const graphOf = (
  imports: Readonly<Record<string, readonly string[]>>,
  registries: Readonly<Record<string, readonly string[]>> = {},
): ModuleGraph => {
  const sets = (of: Readonly<Record<string, readonly string[]>>) =>
    new Map(Object.entries(of).map(([file, others]) => [file, new Set(others)]));
  return { imports: sets(imports), registries: sets(registries) };
};

/** `config` takes the registries of `a` and `b`, both of which use `shared`; `a` alone uses `own`. */
const APART = graphOf(
  { config: ['a', 'b', 'plugins'], a: ['shared', 'own'], b: ['shared'], own: [], shared: [], plugins: [] },
  { a: [], b: [] },
);
/** `a` and `b` declare on the registry of `kopf`. */
const TOGETHER = graphOf(
  { config: ['all'], all: ['a', 'b', 'kopf'], a: ['kopf', 'own'], b: ['kopf'], own: [], kopf: [] },
  { kopf: ['a', 'b'], all: ['a', 'b'] },
);

describe('what has to be evaluated anew', () => {
  it.each([
    { what: 'a module that one imports', graph: APART, changed: ['own'], stale: ['a', 'config', 'own'] },
    { what: 'a module that all import', graph: APART, changed: ['shared'], stale: ['a', 'b', 'config', 'shared'] },
    { what: 'a module with a registry of its own', graph: APART, changed: ['b'], stale: ['b', 'config'] },
    { what: 'nothing', graph: APART, changed: [], stale: [] },
    { what: 'a module that nobody knows', graph: APART, changed: ['new'], stale: ['new'] },
    {
      what: 'a module that declares on the registry of another',
      graph: TOGETHER,
      changed: ['b'],
      stale: ['a', 'all', 'b', 'config', 'kopf'],
    },
    { what: 'modules that import each other', graph: graphOf({ x: ['y'], y: ['x'], z: [] }), changed: ['y'], stale: ['x', 'y'] },
  ])('after a change of $what', ({ graph, changed, stale }) => {
    expect([...staleModules(graph, changed)].sort()).toEqual(stale);
  });

  it('never leaves a module that reaches what changed', () => {
    const files = ['a', 'b', 'c', 'd', 'e'] as const;
    const file = fc.constantFrom(...files);
    fc.assert(
      fc.property(fc.array(fc.tuple(file, file)), fc.subarray([...files]), (edges, changed) => {
        const graph = graphOf(Object.fromEntries(files.map((one) => [one, edges.filter(([from]) => from === one).map(([, to]) => to)])));
        const stale = staleModules(graph, changed);
        for (const one of changed) expect(stale.has(one)).toBe(true);
        for (const [from, to] of edges) if (stale.has(to)) expect(stale.has(from)).toBe(true);
      }),
    );
  });
});

describe('what a configuration consists of', () => {
  it('is what it reaches, without handlers and what only those use', () => {
    expect([...ownModules(APART, ['config'])].sort()).toEqual(['config', 'plugins']);
    expect([...ownModules(TOGETHER, ['config'])]).toEqual(['config']);
  });
});
