// What is the matter with the object itself, whatever handler is asked for.
import type { ExplanationReason } from '../model/explanation.js';
import type { Fact } from '../model/fact.js';
import type { Instant } from '../model/instant.js';
import { contestText } from './contest-text.js';
import type { SelectionInspection } from '../model/inspection.js';
import { inOrder, type NumberedFact } from './fact-ring.js';
import { momentText, sinceText, untilText } from './moment-text.js';
import type { Asked } from './surroundings.js';
import type { Subject } from './subject.js';

/** A reason, and the fact that says so: what a handler did later counts more. */
export interface ObjectReason extends ExplanationReason {
  readonly number: number;
  /** Nothing goes on before that is over. */
  readonly blocks: boolean;
}

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

/** What matters most comes first. `isWatched`: a watch that works covers the place of the object. */
export function objectReasons(asked: Asked, isWatched: boolean): readonly ObjectReason[] {
  const { subject, situation } = asked;
  const facts = subject.remembered ? inOrder([subject.remembered.own]) : [];
  if (!subject.live) return [absence(subject, facts, isWatched)].filter((reason) => reason !== undefined);
  const all = subject.remembered ? inOrder([subject.remembered.own, ...subject.remembered.handlers.values()]) : [];
  const waiting = waitReason(asked, { facts, all });
  return [waiting, causeReason(asked, facts), kindReason(subject, facts), stateReason(subject, facts)]
    .filter((reason) => reason !== undefined)
    .map((reason) => ({ ...reason, ...(reason.until !== undefined && reason.until <= situation.at ? { until: situation.at } : {}) }));
}

function absence(
  { remembered, kind, namespace, name, collections }: Subject,
  facts: readonly NumberedFact[],
  isWatched: boolean,
): ObjectReason | undefined {
  const selection = collections.find((one) => one.selection !== undefined)?.selection;
  const filter = selection?.fromHandlers;
  const end = facts.findLast(({ fact }) => isEnd(fact));
  if (end !== undefined && filter !== undefined) {
    const text = `The object was deleted, or left the labels '${filter}' that all handlers of ${kind} ask for (filtered by the server), at ${momentText(end.fact.at)}.`;
    return { code: 'deleted', text, since: end.fact.at, number: end.number, blocks: true };
  }
  if (end !== undefined) {
    const asked = facts.find(({ fact }) => isCause(fact, 'delete'));
    const how = asked === undefined ? 'it was gone at once: nothing held it' : 'its deletion was handled before';
    return {
      code: 'deleted',
      text: `The object was deleted at ${momentText(end.fact.at)}; ${how}.`,
      since: end.fact.at,
      number: end.number,
      blocks: true,
    };
  }
  if (!isWatched && remembered === undefined) return undefined;
  const hint = `${narrowedText(selection)}${filter === undefined ? '' : ` All handlers of it ask for the labels '${filter}', so the rest is filtered by the server.`}`;
  const what = `${namespace === undefined ? '' : `${namespace}/`}${name}`;
  return { code: 'unknown-object', text: `The watch of ${kind} knows no object '${what}'.${hint}`, number: 0, blocks: true };
}

/** What `settings.watching` leaves of the kind. */
function narrowedText({ labelSelector, fieldSelector, shardSelector, fromHandlers }: Partial<SelectionInspection> = {}): string {
  const selectors = [labelSelector, fieldSelector, shardSelector].filter((one) => one !== undefined && one !== fromHandlers);
  return selectors.length === 0 ? '' : ` What is asked for is narrowed by settings.watching to '${selectors.join("', '")}'.`;
}

function isEnd(fact: Fact): boolean {
  return fact.kind === 'object-forgotten' || isCause(fact, 'gone') || (fact.kind === 'event-seen' && fact.type === 'DELETED');
}

function isCause(fact: Fact, reason: Of<'cause-detected'>['reason']): boolean {
  return fact.kind === 'cause-detected' && fact.reason === reason;
}

interface Remembered {
  /** Of the object as a whole. */
  readonly facts: readonly NumberedFact[];
  /** With those of handlers. */
  readonly all: readonly NumberedFact[];
}

/** What its pass waits for now. */
function waitReason({ subject, situation: { at } }: Asked, { facts, all }: Remembered): ObjectReason | undefined {
  const { live } = subject;
  const said = (reason: ExplanationReason, number: number): ObjectReason => ({ ...reason, number, blocks: true });
  const turn = live?.object.awaitsTurn ? facts.findLast(({ fact }) => fact.kind === 'turn-awaited') : undefined;
  if (turn?.fact.kind === 'turn-awaited') {
    const { at: since, urgency, awaited } = turn.fact;
    const isWorker = awaited === 'worker';
    const what = isWorker ? 'for a worker' : 'until others of its kind are written';
    const why = isWorker
      ? 'all are busy (settings.queueing.workerLimit)'
      : 'as many are on their way as settings.queueing.writeLimit allows, and 32 more';
    const text = `It waits ${what} ${sinceText(since, at)}: ${why}. Its turn is that of a '${urgency}'.`;
    return said({ code: isWorker ? 'waiting-for-worker' : 'waiting-for-writes', text, since }, turn.number);
  }
  const wait = facts.findLast(({ fact }) => isWait(fact));
  if (wait === undefined || !isCurrent(wait, { all, at, inPass: live?.object.inPass ?? false }))
    return progressReason(subject, { facts, all }, at);
  if (wait.fact.kind === 'object-failed') return said(failureReason(wait.fact, facts, at), wait.number);
  if (wait.fact.kind !== 'object-waiting') return undefined;
  return said(waitingReason(wait.fact, { number: wait.number, facts }, at), wait.number);
}

function isWait(fact: Fact): boolean {
  return fact.kind === 'object-waiting' || (fact.kind === 'object-failed' && fact.retryInMs > 0);
}

/** Nothing happened since that ended the wait. */
function isCurrent(wait: NumberedFact, { all, at, inPass }: { all: readonly NumberedFact[]; at: Instant; inPass: boolean }): boolean {
  const { fact, number } = wait;
  const until = fact.kind === 'object-waiting' ? fact.until : fact.kind === 'object-failed' ? fact.at + fact.retryInMs : 0;
  if (until < at) return false;
  const goesOn = all.some(
    (other) => other.number > number && ['cause-detected', 'handler-started', 'write-sent', 'pass-ended'].includes(other.fact.kind),
  );
  return !goesOn && (inPass || fact.kind === 'object-failed');
}

function failureReason(
  { at: since, error, retryInMs }: Of<'object-failed'>,
  facts: readonly NumberedFact[],
  at: Instant,
): ExplanationReason {
  const until = since + retryInMs;
  const isWrite = facts.findLast(({ fact }) => fact.kind === 'write-ended');
  const failed = isWrite?.fact.kind === 'write-ended' && isWrite.fact.outcome === 'failed';
  const code = error.code === undefined ? '' : `${error.code}: `;
  const text = `${failed ? 'A patch of the object was refused or lost' : 'The work on the object failed'} at ${momentText(since)}: ${code}${error.message}`;
  return {
    code: failed ? 'write-refused' : 'back-off',
    text: `${text.replace(/\.$/, '')}. It is tried again ${untilText(until, at)}.`,
    since,
    until,
  };
}

interface Told {
  readonly number: number;
  readonly facts: readonly NumberedFact[];
}

function waitingReason({ at: since, until, why, error }: Of<'object-waiting'>, { number, facts }: Told, at: Instant): ExplanationReason {
  const again = untilText(until, at);
  switch (why) {
    case 'consistency':
      return {
        code: 'waiting-for-consistency',
        text: `It waits for the watch to bring what the operator wrote itself, or another one has handled, at most until ${momentText(until)} (${again}).`,
        since,
        until,
      };
    case 'store':
      return {
        code: 'waiting-for-store',
        text: `It waits for the store of its progress ${sinceText(since, at)}: ${error?.message ?? 'it is away'}`,
        since,
        until,
      };
    case 'contested': {
      const contest = facts.findLast((other) => other.fact.kind === 'notes-contested')?.fact;
      const what =
        contest?.kind === 'notes-contested' ? contestText(contest) : 'Somebody takes away what the operator notes on the object.';
      return { code: 'contested', text: `${what} It is put right ${again}.`, since, until };
    }
    case 'back-off': {
      const failure = facts.findLast(({ fact }) => fact.kind === 'object-failed')?.fact;
      if (failure?.kind === 'object-failed')
        return { ...failureReason({ ...failure, retryInMs: Math.max(0, until - failure.at) }, facts, at), until };
      return { code: 'back-off', text: `A write was not accepted, and is tried again ${again}.`, since, until };
    }
    default: {
      const held = facts.findLast(
        (other) => other.number < number && (other.fact.kind === 'pass-held' || other.fact.kind === 'cause-detected'),
      )?.fact;
      if (held?.kind === 'pass-held')
        return {
          code: 'held',
          text: `The plugin '${held.plugin}' holds it back: ${held.why}. It is asked again ${again}.`,
          since: held.at,
          until,
        };
      return { code: 'waiting-for-retry', text: `Handlers are not finished; the next attempt is ${again}.`, since, until };
    }
  }
}

/** A pass runs: what takes so long? */
function progressReason({ live }: Subject, { facts, all }: Remembered, at: Instant): ObjectReason | undefined {
  if (!live?.object.inPass) return undefined;
  const latest = all.at(-1);
  const write = facts.at(-1);
  const isWriting = write?.fact.kind === 'write-sent' && write.number === latest?.number;
  const text = isWriting
    ? `A patch was sent at ${momentText(write.fact.at)} and is not answered yet.`
    : 'A pass over the object is in progress.';
  return latest === undefined ? undefined : { code: 'in-progress', text, since: latest.fact.at, number: 0, blocks: at < latest.fact.at };
}

/** What was made of the newest state. */
function causeReason({ subject }: Asked, facts: readonly NumberedFact[]): ObjectReason | undefined {
  const adopted = facts.findLast(({ fact }) => fact.kind === 'diff-base-adopted');
  const cause = latestCause(facts);
  if (adopted !== undefined && (cause === undefined || isAfterAdoption(cause, adopted))) {
    const text = `The store had lost what it knew of the object at ${momentText(adopted.fact.at)}: what it is counts as handled.`;
    return { code: 'adopted', text, since: adopted.fact.at, number: adopted.number, blocks: false };
  }
  if (cause?.fact.kind !== 'cause-detected') return undefined;
  const { reason, at: since } = cause.fact;
  const said = (code: ObjectReason['code'], text: string): ObjectReason => {
    return { code, text, since, number: cause.number, blocks: code === 'deleted-by-others' };
  };
  switch (reason) {
    case 'noop':
      return said(
        'unchanged',
        `Nothing essential has changed: what was seen at ${momentText(since)} differs in the status or in metadata only.`,
      );
    case 'free':
      return said('deleted-by-others', `It is being deleted, and the operator does not hold it: it waits for the finalizers of others.`);
    case 'gone':
      return undefined;
    default: {
      const ended = facts.findLast((other) => other.fact.kind === 'pass-ended' && other.number > cause.number)?.fact;
      if (ended?.kind === 'pass-ended')
        return said(
          'handled',
          `The ${reason} was handled at ${momentText(ended.at)}: ${String(ended.succeeded)} succeeded, ${String(ended.failed)} failed.`,
        );
      const isResting = subject.live !== undefined && !subject.live.object.inPass && subject.live.object.handled;
      return reason === 'resume' && isResting
        ? said('already-handled', 'It was handled before the operator started, and has not changed since.')
        : undefined;
    }
  }
}

/** Each write of ours is seen, and found to have changed nothing essential: that is no news. */
function latestCause(facts: readonly NumberedFact[]): NumberedFact | undefined {
  const written = new Set(
    facts.flatMap(({ fact }) => (fact.kind === 'write-ended' && fact.resourceVersion !== undefined ? [fact.resourceVersion] : [])),
  );
  return facts.findLast(({ fact, number }) => {
    if (fact.kind !== 'cause-detected') return false;
    if (fact.reason !== 'noop') return true;
    const seen = facts.findLast((other) => other.number < number && other.fact.kind === 'event-seen')?.fact;
    return seen?.kind !== 'event-seen' || !written.has(seen.resourceVersion);
  });
}

/** Only what was found to be the same counts as adopted; a change since then is a cause of its own. */
function isAfterAdoption({ fact, number }: NumberedFact, adopted: NumberedFact): boolean {
  return number < adopted.number || (fact.kind === 'cause-detected' && ['noop', 'resume'].includes(fact.reason));
}

function kindReason({ handlers }: Subject, facts: readonly NumberedFact[]): ObjectReason | undefined {
  if (handlers.length > 0 && handlers.every(({ family }) => family === 'event' || family === 'index')) {
    const text =
      'For this kind there are only handlers of events and indexes: nothing is kept about its changes, and nothing is written for them.';
    return { code: 'event-handlers-only', text, number: 0, blocks: false };
  }
  const added = facts.findLast(({ fact }) => fact.kind === 'finalizer-changed');
  if (added?.fact.kind !== 'finalizer-changed' || added.fact.change !== 'added') return undefined;
  const others = handlers.filter((handler) => handler.family !== 'change' || handler.reason !== 'delete');
  if (others.length > 0) return undefined;
  const text = `The finalizer was added at ${momentText(added.fact.at)}, and that is all: the handlers of the kind wait for the deletion of the object.`;
  return { code: 'finalizer-only', text, since: added.fact.at, number: 0, blocks: false };
}

/** Nothing is remembered of it. */
function stateReason({ live }: Subject, facts: readonly NumberedFact[]): ObjectReason | undefined {
  if (facts.length > 0 || live === undefined) return undefined;
  if (live.object.handled)
    return { code: 'already-handled', text: 'It was handled; when and how is not remembered any more.', number: 0, blocks: false };
  return {
    code: 'forgotten',
    text: 'What happened to it is not remembered any more (settings.explaining.factLimit).',
    number: 0,
    blocks: false,
  };
}
