// "Why did my handler run, or not?" answered from the latest facts and from what the operator holds. Pure: the same question about the same
// facts has the same answer, so that recorded facts can be asked, too.
import type { AnyHandler } from '../handlers/handler-spec.js';
import { selectorText } from '../handlers/selector.js';
import type {
  ExplainedRef,
  Explanation,
  ExplainOptions,
  ExplanationReason,
  ExplanationStep,
  HandlerExplanation,
} from '../model/explanation.js';
import { nearestName } from '../model/nearest-name.js';
import type { FactMemory } from './fact-memory.js';
import { inOrder, type NumberedFact } from './fact-ring.js';
import { factSentence } from './fact-sentence.js';
import { declaredFor } from './filter-sentence.js';
import { handlerReasons, plain } from './handler-reasons.js';
import { objectReasons, type ObjectReason } from './object-reasons.js';
import { findSubject, type Situation, type Subject } from './subject.js';
import { surroundingReasons, type Asked } from './surroundings.js';

/** The latest about operator and watches, which is context only. */
const MOST_AROUND = 12;

/** @throws InvalidSelectorError `KOPF_INVALID_SELECTOR` for a kind that cannot be one. */
export function explain(memory: FactMemory, situation: Situation, ref: ExplainedRef, options: ExplainOptions = {}): Explanation {
  const subject = findSubject(memory, situation, ref);
  const asked: Asked = { memory, situation, subject };
  const around = surroundingReasons(asked);
  const ofObject = objectReasons(asked, around.length === 0 && subject.collections.length > 0);
  const { kind, namespace, name, live, remembered } = subject;
  const uid = live?.object.uid ?? remembered?.ref.uid;
  const version = live?.object.resourceVersion;
  return {
    version: 1,
    operator: situation.operator ?? null,
    at: situation.at,
    object: {
      kind,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      ...(uid === undefined ? {} : { uid }),
      ...(version === undefined ? {} : { resourceVersion: version }),
    },
    reasons: [...around, ...ofObject].map(plain),
    handlers: explainHandlers(asked, { around, ofObject, only: options.handler }),
    story: storyOf(subject, options.handler),
    around: surroundingsOf(asked),
    forgotten: forgottenOf(subject),
  };
}

interface Found {
  readonly around: readonly ExplanationReason[];
  readonly ofObject: readonly ObjectReason[];
  readonly only: string | undefined;
}

function explainHandlers(asked: Asked, { around, ofObject, only }: Found): readonly HandlerExplanation[] {
  const { subject, situation } = asked;
  const { handlers, remembered } = subject;
  const known = [...new Set([...handlers.map(({ id }) => id), ...(remembered?.handlers.keys() ?? [])])];
  const meant = known.filter((id) => isMeant(id, only));
  if (only !== undefined && meant.length === 0) return [strangeHandler(asked, only)];
  return meant.map((id) => {
    const declared = handlers.filter((handler) => handler.id === id);
    return {
      id,
      declaredFor: declaredFor(declared),
      family: declared[0]?.family,
      place: declared[0]?.place,
      reasons: handlerReasons({ id, declared, remembered, at: situation.at }, around, ofObject),
    };
  });
}

/** With what is below it: ids of fields and of sub-handlers begin with that of the function. */
function isMeant(id: string, only: string | undefined): boolean {
  return only === undefined || id === only || id.startsWith(`${only}/`);
}

/** None of the kind has this id. */
function strangeHandler({ situation, subject }: Asked, id: string): HandlerExplanation {
  const elsewhere = situation.handlers.filter((handler) => handler.id === id);
  return {
    id,
    declaredFor: declaredFor(elsewhere),
    family: elsewhere[0]?.family,
    place: elsewhere[0]?.place,
    reasons: [elsewhere.length > 0 ? otherKind(elsewhere, subject) : unknownHandler(id, subject, situation)],
  };
}

function otherKind(elsewhere: readonly AnyHandler[], { kind }: Subject): ExplanationReason {
  const kinds = [...new Set(elsewhere.map(({ selector }) => selectorText(selector)))].join(', ');
  return { code: 'other-kind', text: `It is declared for ${kinds}, not for ${kind}.` };
}

function unknownHandler(id: string, { handlers, kind }: Subject, { handlers: all }: Situation): ExplanationReason {
  const ids = [...new Set((handlers.length > 0 ? handlers : all).map((handler) => handler.id))];
  const nearest = nearestName(id, ids);
  const hint = nearest === undefined ? `Declared for ${kind}: ${ids.join(', ') || 'none'}.` : `Did you mean '${nearest}'?`;
  return { code: 'unknown-handler', text: `No handler has the id '${id}'. ${hint}` };
}

function storyOf({ remembered, handlers }: Subject, only: string | undefined): readonly ExplanationStep[] {
  if (remembered === undefined) return [];
  const rings = [...remembered.handlers].filter(([id]) => isMeant(id, only)).map(([, ring]) => ring);
  return steps(inOrder([remembered.own, ...rings]), handlers);
}

function surroundingsOf({ memory, subject }: Asked): readonly ExplanationStep[] {
  const watches = memory.ofCollections().filter(({ fact }) => 'of' in fact && subject.means(fact.of.resource));
  const facts = [...memory.ofOperator(), ...watches].sort((a, b) => a.number - b.number);
  return steps(facts, subject.handlers).slice(-MOST_AROUND);
}

function steps(facts: readonly NumberedFact[], handlers: readonly AnyHandler[]): readonly ExplanationStep[] {
  return facts.flatMap(({ fact }) => {
    const text = factSentence(fact, (id) => handlers.filter((handler) => handler.id === id));
    if (text === undefined) return [];
    return [{ at: fact.at, fact: fact.kind, ...('handler' in fact ? { handler: fact.handler } : {}), text }];
  });
}

function forgottenOf({ remembered }: Subject): number {
  if (remembered === undefined) return 0;
  return [...remembered.handlers.values()].reduce((sum, ring) => sum + ring.dropped, remembered.dropped + remembered.own.dropped);
}
