// Worlds whose operator can be asked why, and whose facts can be asked again without some of them.
import {
  createFactMemory,
  createRegistry,
  explain,
  mergeHandlers,
  type ExplainedRef,
  type Explanation,
  type Fact,
  type Plugin,
  type Registry,
  type ServedOperator,
  type Situation,
} from '@kopfts/core';
import type { Harness } from '@kopfts/testing';
import { createWorld, type WorldOptions } from '../world.js';
import { startScripted, type Scripted } from './scripted-cluster.js';

/** What is asked, and of whom. */
export interface Told {
  /** What the operator answers. */
  readonly answer: Explanation;
  /** What it knew: its facts since it started, and what it held. */
  readonly facts: readonly Fact[];
  readonly situation: Situation;
  /** How many facts of objects it remembers. */
  readonly factLimit: number;
}

const FACT_LIMIT = 10_000;
export const REF: ExplainedRef = { kind: 'KopfExample', namespace: 'default', name: 'a' };

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- memos of tests are whatever they put in
type Declare = (kopf: Registry<any>) => void;

function handlersOf(declare: Declare): Situation['handlers'] {
  const kopf = createRegistry();
  declare(kopf);
  return mergeHandlers([kopf]);
}

export interface ExplainedWorld extends Harness {
  ask(ref?: ExplainedRef, handler?: string): Told;
}

const open = new Set<Harness>();

/** Ends all worlds of {@link explainedWorld}. */
export async function closeWorlds(): Promise<void> {
  const worlds = [...open];
  open.clear();
  for (const world of worlds) await world.close().catch(() => undefined);
}

/** A world on the simulated server; `closeWorlds` ends it. */
export async function explainedWorld(declare: Declare, options: WorldOptions = {}): Promise<ExplainedWorld> {
  let served: ServedOperator | undefined;
  const asker: Plugin = {
    name: 'asker',
    setup: (host) =>
      host.contribute('service', {
        name: 'asker',
        run: (signal, operator) => {
          served = operator;
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        },
      }),
  };
  const world = await createWorld(declare, { ...options, plugins: [...(options.plugins ?? []), asker] });
  open.add(world);
  const { namespaces, settings } = options;
  const { factLimit = FACT_LIMIT } = settings?.explaining ?? {};
  return Object.assign(Object.create(world) as Harness, {
    ask(ref: ExplainedRef = REF, handler?: string): Told {
      if (served === undefined) throw new Error('no service runs');
      const started = world.facts.findLastIndex(({ kind }) => kind === 'operator-started');
      return {
        answer: served.explain(ref, { handler }),
        facts: world.facts.slice(started),
        situation: situationOf({ declare, namespaces, at: world.clock.now() }, served.inspect().collections),
        factLimit,
      };
    },
  });
}

export interface ExplainedScript extends Scripted {
  ask(ref?: ExplainedRef, handler?: string): Told;
}

/** An operator at a cluster that says what the test wants. It is not awaited when the test ends: it may be stuck on purpose. */
export async function explainedScript(declare: Declare, settings: Parameters<typeof startScripted>[1] = {}): Promise<ExplainedScript> {
  const world = await startScripted(declare, settings);
  return {
    ...world,
    ask: (ref = REF, handler) => ({
      answer: world.operator.explain(ref, { handler }),
      facts: world.facts.facts,
      situation: situationOf({ declare, namespaces: undefined, at: world.clock.now() }, world.operator.inspect().collections),
      factLimit: FACT_LIMIT,
    }),
  };
}

function situationOf(
  { declare, namespaces, at }: { readonly declare: Declare; readonly namespaces: readonly string[] | undefined; readonly at: number },
  collections: Situation['collections'],
): Situation {
  return { operator: 'test', at, handlers: handlersOf(declare), namespaces, collections };
}

/** The same question about the same facts, without those of some kinds. */
export function askAgain({ facts, situation, factLimit }: Told, ref: ExplainedRef, without?: Fact['kind']): Explanation {
  const memory = createFactMemory(() => factLimit);
  for (const fact of facts) if (fact.kind !== without) memory.accept(fact);
  return explain(memory, situation, ref);
}

/** What an answer says, without the places where handlers are declared. */
export function saidBy({ reasons, handlers, story, around }: Explanation): unknown {
  return { reasons, handlers: handlers.map(({ id, reasons: why }) => ({ id, why })), story, around };
}
