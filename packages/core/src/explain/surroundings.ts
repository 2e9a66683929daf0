// Why nothing can happen to an object, whatever it is: the operator, the kind, the namespace, the watch. In this order: each needs those before.
import { nearestName } from '../model/nearest-name.js';
import { matchesNamespace } from '../config/namespace-pattern.js';
import { selectorText } from '../handlers/selector.js';
import type { ExplanationReason } from '../model/explanation.js';
import type { Fact } from '../model/fact.js';
import type { CollectionInspection } from '../model/inspection.js';
import { resourceName } from '../model/resource.js';
import type { FactMemory } from './fact-memory.js';
import type { NumberedFact } from './fact-ring.js';
import { sinceText } from './moment-text.js';
import { wordOf, type Situation, type Subject } from './subject.js';

export interface Asked {
  readonly memory: FactMemory;
  readonly situation: Situation;
  readonly subject: Subject;
}

/** What holds up everything, what is nearest to the question first; none: the kind is watched where the object is. */
export function surroundingReasons(asked: Asked): readonly ExplanationReason[] {
  const stage = stageReason(asked);
  const { subject } = asked;
  if (subject.collections.length === 0) {
    // Before the kinds are discovered nothing can be said of them.
    const kind = kindReason(asked);
    return nearestFirst(stage, kind);
  }
  const covering = subject.collections.filter((collection) => covers(asked, collection));
  const place = covering.length === 0 ? namespaceReason(asked) : watchReason(asked, subject.live?.collection ?? covering[0]);
  return nearestFirst(stage, place);
}

/** An operator that is starting may be so for what holds up this kind; one that stops does nothing any more. */
function nearestFirst(stage: ExplanationReason | undefined, other: ExplanationReason | undefined): readonly ExplanationReason[] {
  const order = stage?.code === 'starting' ? [other, stage] : [stage, other];
  return order.filter((reason) => reason !== undefined);
}

function lastOf(facts: readonly NumberedFact[], kinds: readonly Fact['kind'][]): Fact | undefined {
  return facts.findLast(({ fact }) => kinds.includes(fact.kind))?.fact;
}

function stageReason({ memory, situation }: Asked): ExplanationReason | undefined {
  const facts = memory.ofOperator();
  const stage = lastOf(facts, ['operator-started', 'operator-ready', 'operator-stopping', 'operator-stopped']);
  switch (stage?.kind) {
    case 'operator-stopping':
      return { code: 'stopping', text: `The operator stops ${sinceText(stage.at, situation.at)}: ${stage.why}.`, since: stage.at };
    case 'operator-stopped':
      return { code: 'stopping', text: `The operator has stopped.`, since: stage.at };
    case 'operator-started': {
      const activity = lastOf(facts, ['activity-handler-ended']);
      const what = activity?.kind === 'activity-handler-ended' && activity.result !== 'succeeded' ? activityText(activity) : '';
      return { code: 'starting', text: `The operator is starting ${sinceText(stage.at, situation.at)}.${what}`, since: stage.at };
    }
    default:
      return undefined;
  }
}

function activityText({ activity, handler, error }: Extract<Fact, { readonly kind: 'activity-handler-ended' }>): string {
  return ` Its ${activity} handler '${handler}' failed: ${error?.message ?? 'unknown error'}.`;
}

function kindReason({ memory, situation, subject }: Asked): ExplanationReason | undefined {
  const { handlers, selector, kind } = subject;
  const facts = memory.ofOperator();
  const word = wordOf(selector === undefined ? kind : selectorText(selector));
  const refused = facts.findLast(({ fact }) => fact.kind === 'kind-refused' && wordOf(fact.selector) === word)?.fact;
  if (refused?.kind === 'kind-refused') {
    const { code, message } = refused.error;
    const text = `The kind is not served: ${code === undefined ? '' : `${code}: `}${message}`;
    return { code: 'kind-refused', text, since: refused.at };
  }
  const released = memory.ofCollections().findLast(({ fact }) => fact.kind === 'kind-released' && subject.means(fact.of.resource))?.fact;
  const unresolved = facts.findLast(
    ({ fact }) =>
      fact.kind === 'kind-unresolved' && fact.selectors.some((one) => handlers.some((own) => selectorText(own.selector) === one)),
  )?.fact;
  const missing = released ?? unresolved;
  if (missing !== undefined) {
    const text = `The cluster ${released ? 'does not serve the kind any more' : `does not serve the kind '${kind}'`}, ${sinceText(missing.at, situation.at)}; its handlers wait for it.`;
    return { code: 'no-such-kind', text, since: missing.at };
  }
  const isKnown = lastOf(facts, ['operator-ready']) !== undefined || situation.collections.length > 0;
  if (!isKnown) return undefined;
  const declared = [...new Set(situation.handlers.map((handler) => selectorText(handler.selector)))];
  const nearest = nearestName(kind, declared);
  const hint = nearest === undefined ? `Handlers are declared for ${declared.join(', ') || 'nothing'}` : `Did you mean '${nearest}'`;
  return { code: 'no-handlers', text: `No handler is declared for the kind '${kind}'. ${hint}${nearest === undefined ? '.' : '?'}` };
}

function covers({ situation, subject }: Asked, { of }: CollectionInspection): boolean {
  if (subject.namespace === undefined || !of.resource.namespaced) return true;
  if (of.namespace !== undefined) return of.namespace === subject.namespace;
  return isWanted(situation, subject.namespace);
}

function isWanted({ namespaces }: Situation, namespace: string): boolean {
  return namespaces === undefined || namespaces.some((pattern) => matchesNamespace(pattern, namespace));
}

function namespaceReason({ memory, situation, subject }: Asked): ExplanationReason {
  const { namespace = '' } = subject;
  if (isWanted(situation, namespace)) {
    const health = memory
      .ofCollections()
      .findLast(({ fact }) => fact.kind === 'watch-health' && resourceName(fact.of.resource) === 'namespaces.v1');
    if (health?.fact.kind === 'watch-health' && health.fact.state === 'denied') {
      const text = `The namespace '${namespace}' is not known: there is no permission to watch namespaces.`;
      return { code: 'no-permission', text, since: health.fact.at };
    }
  }
  const served = (situation.namespaces ?? []).map((pattern) => `'${pattern}'`).join(', ');
  return { code: 'namespace-not-covered', text: `The namespace '${namespace}' is not served: the operator serves ${served}.` };
}

function watchReason({ memory, situation }: Asked, collection: CollectionInspection | undefined): ExplanationReason | undefined {
  if (collection === undefined) return undefined;
  const { of, synced, awaitsIndexes } = collection;
  const facts = memory.ofCollection(of);
  const health = lastOf(facts, ['watch-health']);
  const where = of.namespace === undefined ? '' : ` in '${of.namespace}'`;
  const what = `${resourceName(of.resource)}${where}`;
  if (health?.kind === 'watch-health' && (health.state === 'denied' || health.state === 'retrying')) {
    const since = brokenSince(facts, health.at);
    const why = health.error === undefined ? '' : `: ${health.error.message}`;
    const isDenied = health.state === 'denied';
    const text = `${isDenied ? `There is no permission to watch ${what}` : `The watch of ${what} is down`} ${sinceText(since, situation.at)}${why}`;
    return { code: isDenied ? 'no-permission' : 'watch-down', text, since };
  }
  if (!synced) return { code: 'not-listed', text: `The first list of ${what} is not complete; nothing is handled before.` };
  return awaitsIndexes ? { code: 'waiting-for-indexes', text: 'Nothing is handled before the indexes are complete.' } : undefined;
}

/** When it was well for the last time: it is tried again and again meanwhile. */
function brokenSince(facts: readonly NumberedFact[], fallback: number): number {
  let since: number | undefined;
  for (const { fact } of facts) {
    if (fact.kind === 'watch-synced' || (fact.kind === 'watch-health' && fact.state === 'live')) since = undefined;
    else if (fact.kind === 'watch-health' && fact.state !== 'connecting') since ??= fact.at;
  }
  return since ?? fallback;
}
