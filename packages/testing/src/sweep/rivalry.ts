// Two operators on the same objects, told and judged like one.
import type { HistoryEntry } from '../history/history.js';
import { holdsFinalizer } from '../invariants/acknowledgement.js';
import type { OperatorModel, Violation } from '../invariants/invariant.js';
import { checkHistory } from '../invariants/invariants.js';
import type { Harness, HarnessOptions } from '../harness.js';
import { createSimulation } from '../simulation.js';

const FIRST = 'operator';
/** Instances of the second operator are called `rival#1`, `rival#2`, … */
export const RIVAL = 'rival';

export interface RivalryOptions extends HarnessOptions {
  readonly rival: HarnessOptions['config'];
}

/** A world with two operators that are started, stopped and kept alive together; faults meet the one whose request it is. */
export async function createRivalry({ config, rival, ...options }: RivalryOptions): Promise<Harness> {
  const { operator: find, ...world } = await createSimulation({ ...options, operators: { [FIRST]: config, [RIVAL]: rival } });
  const both = [find(FIRST), find(RIVAL)];
  const inTurn = async (act: (operator: (typeof both)[number]) => Promise<void>): Promise<void> => {
    for (const operator of both) await act(operator);
  };
  const each = (act: (operator: (typeof both)[number]) => void): void => {
    for (const operator of both) act(operator);
  };
  return {
    ...world,
    start: () => inTurn((operator) => operator.start()),
    stop: () => inTurn((operator) => operator.stop()),
    restart: () => inTurn((operator) => operator.restart()),
    kill: () => each((operator) => operator.kill()),
    pause: (duration) => each((operator) => operator.pause(duration)),
    keepAlive: (after) => each((operator) => operator.keepAlive(after)),
    replaceHandlers: (handlers) => inTurn((operator) => operator.replaceHandlers(handlers)),
    letDie: () => each((operator) => operator.letDie()),
    breakWatches: () => each((operator) => operator.breakWatches()),
    connectTo: (frontEnd) => each((operator) => operator.connectTo(frontEnd)),
    noteHolding: () => each((operator) => operator.noteHolding()),
    get running() {
      return both.every((operator) => operator.running);
    },
  };
}

/** Each operator keeps its promises as if it were alone, and none lets go of an object in the name of another. */
export function checkOperators(history: readonly HistoryEntry[], models: readonly OperatorModel[]): readonly Violation[] {
  const [only] = models;
  if (only !== undefined && models.length === 1) return checkHistory(history, only);
  return models.flatMap((model) => {
    const others = models.filter((other) => other !== model);
    const seen = history.filter((entry) => !('instance' in entry) || model.isOwnActor(entry.instance));
    return [...checkHistory(seen, model), ...releasedByOthers(history, model, others)];
  });
}

function releasedByOthers(history: readonly HistoryEntry[], model: OperatorModel, others: readonly OperatorModel[]): readonly Violation[] {
  return history.flatMap((entry): readonly Violation[] => {
    if (entry.kind !== 'commit' || !others.some((other) => other.isOwnActor(entry.actor))) return [];
    if (!holdsFinalizer(entry.before, model) || holdsFinalizer(entry.after, model)) return [];
    return [{ invariant: 'S5', message: `${entry.actor} removes the finalizer ${model.finalizer} of another operator`, seq: entry.seq }];
  });
}
