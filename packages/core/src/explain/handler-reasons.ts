// Why one handler ran for an object, or did not: its own latest facts, before or behind what holds for the object as a whole.
import type { AnyHandler } from '../handlers/handler-spec.js';
import type { ExplanationReason } from '../model/explanation.js';
import type { Fact } from '../model/fact.js';
import type { Instant } from '../model/instant.js';
import { filterSentence } from './filter-sentence.js';
import { createFactRing, inOrder, type NumberedFact } from './fact-ring.js';
import { momentText, sinceText, spanText, untilText } from './moment-text.js';
import type { ObjectReason } from './object-reasons.js';
import type { RememberedObject } from './fact-memory.js';

type Of<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>;

export interface HandlerAsked {
  readonly id: string;
  /** Its registrations for the kind. */
  readonly declared: readonly AnyHandler[];
  readonly remembered: RememberedObject | undefined;
  readonly at: Instant;
}

/** Nothing that happens to the object makes these untrue. */
const FINAL_CODES: readonly string[] = [
  'succeeded',
  'failed-for-good',
  'retries-exhausted',
  'timed-out',
  'error-ignored',
  'cancelled',
  'result-refused',
  'task-ended',
  'task-abandoned',
];
/** It did not run then: whatever was found since is nearer to the question. */
const SKIPPED_CODES: readonly string[] = ['filtered', 'other-cause', 'already-handled', 'left-out-by-lifecycle', 'undecided'];
/** Of the object, where its handlers know it better. */
const VAGUE_CODES: readonly string[] = ['waiting-for-retry', 'in-progress'];

/** What matters most comes first. */
export function handlerReasons(
  asked: HandlerAsked,
  around: readonly ExplanationReason[],
  ofObject: readonly ObjectReason[],
): readonly ExplanationReason[] {
  const { id, remembered } = asked;
  const facts = remembered?.handlers.get(id);
  const own = facts ? ownReason(asked, inOrder([facts])) : undefined;
  const superseded = supersededReason(asked);
  const mine = [superseded, own].filter((reason) => reason !== undefined);
  if (own === undefined) return [...mine, ...around, ...ofObject].map(plain);
  const isSkipped = SKIPPED_CODES.includes(own.code);
  const isNearer = ({ code, number, blocks }: ObjectReason): boolean =>
    number > own.number && (isSkipped || blocks) && !VAGUE_CODES.includes(code);
  const isFinal = superseded !== undefined || FINAL_CODES.includes(own.code);
  const before = ofObject.filter((reason) => !isFinal && isNearer(reason));
  const isMore = (reason: ObjectReason): boolean => (reason.blocks || reason.number > own.number) && !VAGUE_CODES.includes(reason.code);
  const behind = ofObject.filter((reason) => !before.includes(reason) && isMore(reason));
  return (isSkipped ? [...around, ...before, ...mine, ...behind] : [...before, ...mine, ...around, ...behind]).map(plain);
}

/** As others see it. */
export function plain({ code, text, since, until }: ExplanationReason): ExplanationReason {
  return { code, text, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

/** What was not finished when something else happened to the object. */
function supersededReason({ id, remembered }: HandlerAsked): ObjectReason | undefined {
  const supersession = remembered && inOrder([remembered.own]).findLast(({ fact }) => fact.kind === 'pass-superseded');
  if (supersession?.fact.kind !== 'pass-superseded' || remembered === undefined) return undefined;
  const { number, fact } = supersession;
  const facts = inOrder([remembered.handlers.get(id) ?? createFactRing()]);
  const ran = facts.findLast((one) => one.fact.kind === 'handler-ended' || one.fact.kind === 'handler-started');
  const isUnfinished =
    ran !== undefined &&
    ran.number < number &&
    (ran.fact.kind === 'handler-started' ||
      (ran.fact.kind === 'handler-ended' && ['retry', 'cancelled', 'unfinished'].includes(ran.fact.result)));
  if (!isUnfinished) return undefined;
  const text = `The ${fact.old} was superseded by the ${fact.by} at ${momentText(fact.at)}, before the handler had finished.`;
  return { code: 'superseded', text, since: fact.at, number, blocks: false };
}

function ownReason(asked: HandlerAsked, facts: readonly NumberedFact[]): ObjectReason | undefined {
  const latest = facts.at(-1);
  if (latest === undefined) return undefined;
  const reason = reasonOf(asked, facts, latest.fact);
  return reason && { ...reason, number: latest.number, blocks: false };
}

function reasonOf(asked: HandlerAsked, facts: readonly NumberedFact[], fact: Fact): ExplanationReason | undefined {
  switch (fact.kind) {
    case 'handler-skipped': {
      const text = `It did not run: ${filterSentence(fact, asked.declared)}.`;
      return { code: fact.filter === 'reason' ? 'other-cause' : 'filtered', text, since: fact.at };
    }
    case 'handler-passed-over': {
      // How it ended says more, where that is remembered.
      const ran = facts.findLast((one) => one.fact.kind === 'handler-ended')?.fact;
      return ran?.kind === 'handler-ended' && fact.why !== 'lifecycle' ? ended(ran, asked.at) : passedOver(fact, asked.at);
    }
    case 'handler-started': {
      const text = `Its attempt ${String(fact.attempt)} runs ${sinceText(fact.at, asked.at)}.`;
      return { code: 'running', text, since: fact.at };
    }
    case 'handler-ended':
      return ended(fact, asked.at);
    case 'object-failed': {
      const text = `Its filter or its delay failed at ${momentText(fact.at)}: ${fact.error.message.replace(/\.$/, '')}. That decides nothing: what runs goes on, what does not is not started; the next event asks again.`;
      return { code: 'undecided', text, since: fact.at };
    }
    case 'result-dropped':
      return {
        code: 'result-refused',
        text: `What it returned was refused, and dropped, at ${momentText(fact.at)}: ${fact.message}`,
        since: fact.at,
      };
    default:
      return taskReason(asked, facts, fact);
  }
}

function passedOver({ why, until, at: since }: Of<'handler-passed-over'>, at: Instant): ExplanationReason {
  switch (why) {
    case 'succeeded':
      return { code: 'already-handled', text: 'It has succeeded for this change before, and is not called again for it.', since };
    case 'failed':
      return { code: 'failed-for-good', text: 'It has failed for good for this change before, and is not called again for it.', since };
    case 'delayed':
      return {
        code: 'waiting-for-retry',
        text: `Its next attempt is ${untilText(until ?? since, at)}.`,
        since,
        ...(until === undefined ? {} : { until }),
      };
    default:
      return {
        code: 'left-out-by-lifecycle',
        text: 'The lifecycle (settings.execution.lifecycle) chose others for this pass; its turn comes.',
        since,
      };
  }
}

const FINAL: Readonly<Record<string, { readonly code: ExplanationReason['code']; readonly what: string }>> = {
  KOPF_HANDLER_RETRIES: { code: 'retries-exhausted', what: 'it had all of its attempts, and is not called again for this change' },
  KOPF_HANDLER_TIMEOUT: { code: 'timed-out', what: 'its time is over, and it is not called again for this change' },
};

function ended(fact: Of<'handler-ended'>, at: Instant): ExplanationReason {
  const { result, attempt, tookMs, error, retryInMs = 0, at: since } = fact;
  const run = `It ran at ${momentText(since)} (attempt ${String(attempt)}, ${spanText(tookMs)})`;
  const failure = `failed: ${error?.message ?? 'unknown error'}`;
  switch (result) {
    case 'succeeded':
      return { code: 'succeeded', text: `${run} and succeeded.`, since };
    case 'retry': {
      const until = since + retryInMs;
      return { code: 'waiting-for-retry', text: `${run} and ${failure}; again ${untilText(until, at)}.`, since, until };
    }
    case 'unfinished': {
      const until = since + retryInMs;
      return {
        code: 'waiting-for-sub-handlers',
        text: `${run}; its sub-handlers are not finished, it is called again ${untilText(until, at)}.`,
        since,
        until,
      };
    }
    case 'cancelled':
      return {
        code: 'cancelled',
        text: `${run} and was cancelled: the operator stopped, or the object was deleted. That counts as no attempt.`,
        since,
      };
    case 'ignored':
      return { code: 'error-ignored', text: `${run} and ${failure}; that is ignored, as declared.`, since };
    default: {
      const final = FINAL[error?.code ?? ''] ?? { code: 'failed-for-good', what: 'it is not called again for this change' };
      return { code: final.code, text: `${run} and ${failure}; ${final.what}.`, since };
    }
  }
}

/** Timers and daemons. */
function taskReason({ at }: HandlerAsked, facts: readonly NumberedFact[], fact: Fact): ExplanationReason | undefined {
  switch (fact.kind) {
    case 'timer-spawned':
    case 'daemon-spawned':
      return { code: 'task-started', text: `It was started at ${momentText(fact.at)}.`, since: fact.at };
    case 'task-waiting':
      return waiting(fact, facts, at);
    case 'daemon-stopping':
      return {
        code: 'task-stopping',
        text: `It was told to stop (${fact.why}) and has not ended ${sinceText(fact.at, at)}; it is ${fact.stage}.`,
        since: fact.at,
        until: fact.at + fact.nextCheckInMs,
      };
    case 'handler-abandoned':
      return {
        code: 'task-abandoned',
        text: `It ignored that ${fact.why === 'timed-out' ? 'its time was over' : `it was told to stop (${fact.why})`}; nobody waits for it any more.`,
        since: fact.at,
      };
    case 'timer-ended':
    case 'daemon-ended':
      return endedTask(fact, facts);
    default:
      return undefined;
  }
}

function waiting({ why, until, at: since }: Of<'task-waiting'>, facts: readonly NumberedFact[], at: Instant): ExplanationReason {
  const ran = facts.findLast((one) => one.fact.kind === 'handler-ended')?.fact;
  const before =
    ran?.kind === 'handler-ended'
      ? ` It ran last at ${momentText(ran.at)}: ${ran.result}${ran.error === undefined ? '' : ` (${ran.error.message})`}.`
      : '';
  const when = until === undefined ? 'with the next change' : untilText(until, at);
  const timed = { since, ...(until === undefined ? {} : { until }) };
  switch (why) {
    case 'initial-delay':
      return { code: 'not-due', text: `Its initial delay is not over; it runs ${when}.`, ...timed };
    case 'interval':
    case 'schedule':
      return { code: 'not-due', text: `It is not due: it runs ${when}, by its ${why}.${before}`, ...timed };
    case 'idle':
      return {
        code: 'idle-awaited',
        text: `It waits for the object to be idle: it runs ${when}, if nothing changes until then.${before}`,
        ...timed,
      };
    default:
      return { code: 'change-awaited', text: `It waits for a change of the object; it runs ${when}.${before}`, ...timed };
  }
}

function endedTask({ why, at: since }: Of<'timer-ended' | 'daemon-ended'>, facts: readonly NumberedFact[]): ExplanationReason {
  const ran = facts.findLast((one) => one.fact.kind === 'handler-ended')?.fact;
  const result =
    ran?.kind === 'handler-ended' && ran.result === 'failed' ? ` Its last attempt failed: ${ran.error?.message ?? 'unknown error'}.` : '';
  const again =
    why === 'ended on its own'
      ? 'It ended on its own, and never starts again for this object while the operator runs'
      : `It was told to stop (${why}) and has ended`;
  return { code: 'task-ended', text: `${again}, at ${momentText(since)}.${result}`, since };
}
