import type { Json } from '@kopfts/core';
import type { EntryOf, HistoryEntry } from '../history/history.js';
import { createContributedPaths } from './contributed-paths.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { differences, type Difference } from './json-path.js';
import { diffBaseKey } from './stored-essence.js';

/** Somewhere that others read: log lines, a page, spans, the output of a command. */
export interface Sink {
  /** For a person: `log line`. */
  readonly name: string;
  readonly texts: Iterable<string>;
}

/**
 * S17: what is secret shows up nowhere. A canary of `model.canaries` is a text that was planted where secrets are: in fields, in credentials,
 * in what hangs on errors. None of it may be in the address of a request, in a Kubernetes Event, nor in anything else that the operator
 * changes in the cluster, except where a handler put it; what was handled last (the diff base) stays on the object that it is of. Without
 * canaries nothing is asked. Sinks outside of the history: {@link checkSecrecy}.
 */
export const secrecy: Invariant = {
  id: 'S17',
  says: 'What is secret shows up nowhere but where a handler put it.',
  check: (history, model) => {
    const { canaries = [] } = model;
    if (canaries.length === 0) return [];
    const contributed = createContributedPaths();
    return history.flatMap((entry) => {
      if (entry.kind === 'handler-end') contributed.add(entry.contributed);
      const isFromHandler = ({ path, after }: Difference): boolean => contributed.covers(path, after);
      return shownIn(entry, model, isFromHandler).flatMap(({ where, text }): readonly Violation[] =>
        leaks(text, canaries).map((canary) => ({ invariant: 'S17', message: `${where} shows '${canary}'`, seq: entry.seq })),
      );
    });
  },
};

/** The same for whatever else somebody reads: every canary in every text, once per sink. */
export function checkSecrecy(canaries: readonly string[], sinks: readonly Sink[]): readonly Violation[] {
  return sinks.flatMap(({ name, texts }) => {
    const all = [...texts];
    return canaries.flatMap((canary): readonly Violation[] => {
      const shown = all.find((text) => leaks(text, [canary]).length > 0);
      return shown === undefined
        ? []
        : [{ invariant: 'S17', message: `${name} shows '${canary}': ${shown.slice(0, 200)}`, seq: undefined }];
    });
  });
}

interface Shown {
  readonly where: string;
  readonly text: string;
}

function shownIn(entry: HistoryEntry, model: OperatorModel, isFromHandler: (one: Difference) => boolean): readonly Shown[] {
  if (entry.kind === 'call' && model.isOwnActor(entry.instance)) {
    return [{ where: `the address of ${entry.method}`, text: decodeURIComponent(entry.path) }];
  }
  if (entry.kind !== 'commit' || !model.isOwnActor(entry.actor)) return [];
  return changedBy(entry)
    .filter((one) => !(entry.collection === model.collection && (isDiffBase(one, model) || isFromHandler(one))))
    .map((one) => ({ where: `${entry.collection} ${entry.name}: ${one.path.join('.')}`, text: JSON.stringify(one.after ?? null) }));
}

/** Leaf by leaf; metadata that the server writes about fields has no values in it. */
function changedBy({ before, after }: EntryOf<'commit'>): readonly Difference[] {
  return differences(before as Json | undefined, after as Json | undefined).filter(({ path }) => path[1] !== 'managedFields');
}

function isDiffBase({ path }: Difference, model: OperatorModel): boolean {
  return path[0] === 'metadata' && path[1] === 'annotations' && path[2] === diffBaseKey(model);
}

/** Also where it is hidden from a glance: in Base64, as Secrets and basic authentication have it. */
function leaks(text: string, canaries: readonly string[]): readonly string[] {
  return canaries.filter((canary) => text.includes(canary) || text.includes(Buffer.from(canary).toString('base64').split('=', 1)[0] ?? ''));
}
