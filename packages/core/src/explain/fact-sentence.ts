// A fact as a step of a story. Facts that say nothing to those who ask why give nothing.
import type { AnyHandler } from '../handlers/handler-spec.js';
import type { Fact, FactError } from '../model/fact.js';
import { resourceName } from '../model/resource.js';
import { withoutSecrets } from '../model/without-secrets.js';
import { declaredFor, filterSentence } from './filter-sentence.js';
import { contestText } from './contest-text.js';
import { momentText, spanText, untilText } from './moment-text.js';

/** `handlersOf`: registrations under an id, for the kind of the object. */
export function factSentence(fact: Fact, handlersOf: (id: string) => readonly AnyHandler[]): string | undefined {
  return objectSentence(fact) ?? handlerSentence(fact, handlersOf) ?? taskSentence(fact) ?? clusterSentence(fact) ?? operatorSentence(fact);
}

function objectSentence(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'event-seen': {
      const how = fact.type === null ? ' in a list' : ` (${fact.type})`;
      return `Seen at version ${fact.resourceVersion}${how}${fact.inferred ? ', inferred from a list that lacked it' : ''}.`;
    }
    case 'event-dropped':
      return fact.why === 'echo'
        ? `Version ${fact.resourceVersion} came again: the echo of what was known.`
        : `Version ${fact.resourceVersion} came late and is older than what is known.`;
    case 'events-merged':
      return `${String(fact.count)} events were merged: too many waited for their handlers.`;
    case 'cause-detected':
      return causeSentence(fact);
    case 'pass-superseded':
      return `The ${fact.old} was superseded by the ${fact.by}: ${String(fact.succeeded)} succeeded, ${String(fact.failed)} failed, ${String(fact.left)} left.`;
    case 'pass-ended':
      return `The ${fact.reason} was handled: ${String(fact.succeeded)} succeeded, ${String(fact.failed)} failed.`;
    case 'pass-held':
      return `Held back by the plugin '${fact.plugin}': ${fact.why}.`;
    case 'finalizer-changed':
      return `Our finalizer was ${fact.change}: ${fact.why}.`;
    case 'object-waiting':
      return `Waits until ${momentText(fact.until)} (${fact.why})${errorText(fact.error)}.`;
    case 'turn-awaited':
      return fact.awaited === 'worker' ? 'Waits for a worker: all are busy.' : 'Waits until others of its kind are written.';
    case 'notes-contested':
      return contestText(fact);
    case 'diff-base-adopted':
      return 'What the store had was lost: the object counts as handled as it is.';
    case 'object-failed':
      return `Failed${errorText(fact.error)}${fact.retryInMs > 0 ? `; again ${untilText(fact.at + fact.retryInMs, fact.at)}` : ''}.`;
    case 'object-forgotten':
      return 'It is gone, and nothing is held of it any more.';
    default:
      return writeSentence(fact);
  }
}

function writeSentence(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'write-sent':
      return `A patch was sent to ${endpointText(fact.endpoint)}: ${fact.why}.`;
    case 'write-ended': {
      const version = fact.resourceVersion === undefined ? '' : ` as version ${fact.resourceVersion}`;
      return `The patch of ${endpointText(fact.endpoint)} was ${fact.outcome}${version}${errorText(fact.error)}.`;
    }
    case 'fields-not-kept':
      return `The server did not keep ${fact.fields.map(({ field, found }) => `${field} (${found})`).join(', ')}: does the schema of the kind allow it?`;
    case 'fields-overwritten':
      return `Handlers want different things: ${fact.fields.map(({ field, of, by }) => `${field} of '${of}' is overwritten by '${by}'`).join(', ')}.`;
    case 'child-applied':
      return `${fact.child.kind} ${fact.child.name} ${fact.how === 'known' ? 'is as it is to be: nothing was sent' : 'was applied'}.`;
    case 'numbers-rounded':
      return `Handlers see rounded numbers in ${fact.fields.join(', ')}.`;
    case 'event-recorded':
      return `A Kubernetes Event '${fact.reason}' was ${fact.outcome}${errorText(fact.error)}.`;
    default:
      return undefined;
  }
}

function endpointText(endpoint: 'main' | 'status'): string {
  return endpoint === 'main' ? 'the object' : 'its status';
}

function causeSentence({ reason, diff }: Extract<Fact, { readonly kind: 'cause-detected' }>): string {
  switch (reason) {
    case 'noop':
      return 'Nothing essential has changed.';
    case 'gone':
      return 'It is gone.';
    case 'free':
      return 'It is being deleted, and not held by us.';
    case 'update':
      return `Cause: update${diff.length === 0 ? '' : ` by ${diff.map(({ op, field }) => `${field.join('.') || 'everything'} (${op})`).join(', ')}`}.`;
    default:
      return `Cause: ${reason}.`;
  }
}

function handlerSentence(fact: Fact, handlersOf: (id: string) => readonly AnyHandler[]): string | undefined {
  switch (fact.kind) {
    case 'handler-skipped': {
      const declared = handlersOf(fact.handler);
      const kinds = declaredFor(declared);
      return `Handler '${fact.handler}'${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`} does not run: ${filterSentence(fact, declared)}.`;
    }
    case 'handler-passed-over':
      return `Handler '${fact.handler}' does not run now: ${PASSED_OVER[fact.why]}${fact.until === undefined ? '' : ` until ${momentText(fact.until)}`}.`;
    case 'handler-started':
      return `Handler '${fact.handler}' starts (attempt ${String(fact.attempt)}) with version ${fact.resourceVersion}.`;
    case 'handler-ended': {
      const again = fact.retryInMs === undefined ? '' : `; again in ${spanText(fact.retryInMs)}`;
      return `Handler '${fact.handler}' ended (attempt ${String(fact.attempt)}, ${spanText(fact.tookMs)}): ${fact.result}${errorText(fact.error)}${again}.`;
    }
    case 'result-dropped':
      return `What handler '${fact.handler}' returned was refused and dropped: ${fact.message}`;
    case 'handler-abandoned':
      return fact.why === 'timed-out'
        ? `The handler '${fact.handler}' ignores that its time is over; nobody waits for it any more.`
        : `The ${fact.family === 'change' ? 'handler' : fact.family} '${fact.handler}' ignores that it was told to stop (${fact.why}); nobody waits for it any more.`;
    default:
      return undefined;
  }
}

const PASSED_OVER = {
  succeeded: 'it has succeeded before',
  failed: 'it has failed for good before',
  delayed: 'its next attempt is not due',
  lifecycle: 'the lifecycle chose others',
} as const;

function taskSentence(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'timer-spawned':
    case 'daemon-spawned':
      return `The ${familyOf(fact.kind)} '${fact.handler}' was started.`;
    case 'timer-ended':
    case 'daemon-ended':
      return `The ${familyOf(fact.kind)} '${fact.handler}' has ended: ${fact.why}.`;
    case 'daemon-stopping':
      return `The daemon '${fact.handler}' was told to stop (${fact.why}): ${fact.stage}.`;
    case 'task-waiting':
      return `'${fact.handler}' has nothing to do ${fact.until === undefined ? 'before something changes' : `until ${momentText(fact.until)}`} (${fact.why}).`;
    default:
      return undefined;
  }
}

function familyOf(kind: string): string {
  return kind.startsWith('timer') ? 'timer' : 'daemon';
}

function filterText(selector: string | undefined): string {
  return selector === undefined ? '' : `, filtered by the server: '${selector}'`;
}

function clusterSentence(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'kind-unresolved':
      return `The cluster does not serve ${fact.selectors.join(', ')}.`;
    case 'kind-served':
      return `${collectionText(fact)} is served by ${fact.handlers.join(', ')}${filterText(fact.filteredByServer)}.`;
    case 'kind-refused':
      return `${fact.selector} is not served${errorText(fact.error)}.`;
    case 'kind-released':
      return `${collectionText(fact)} is not served any more.`;
    case 'watch-health':
      return `The watch of ${collectionText(fact)} is ${fact.state}${errorText(fact.error)}.`;
    case 'watch-synced':
      return `${collectionText(fact)} was listed at version ${fact.resourceVersion}: ${String(fact.objects)} objects.`;
    case 'epoch-opened':
      return `The history of ${collectionText(fact)} went back, as after a restored backup: everything is looked at anew.`;
    default:
      return undefined;
  }
}

function collectionText({ of: { resource, namespace } }: Extract<Fact, { readonly of: unknown }>): string {
  return `${resourceName(resource)}${namespace === undefined ? '' : ` in '${namespace}'`}`;
}

function operatorSentence(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'operator-started':
      return `The operator started (@kopfts ${fact.version}).`;
    case 'operator-ready':
      return `The operator was ready, with ${String(fact.collections)} collections.`;
    case 'operator-stopping':
      return `The operator stops: ${fact.why}${errorText(fact.error)}.`;
    case 'operator-stopped':
      return 'The operator has stopped.';
    case 'activity-handler-ended':
      return `The ${fact.activity} handler '${fact.handler}' ended: ${fact.result}${errorText(fact.error)}.`;
    case 'logged':
      return `Said (${fact.level}): ${withoutSecrets(fact.message)}`;
    case 'plugin':
      return pluginSentence(fact);
    default:
      return undefined;
  }
}

function pluginSentence({ plugin, data }: Extract<Fact, { readonly kind: 'plugin' }>): string | undefined {
  const message = typeof data === 'object' && data !== null && 'message' in data ? data.message : undefined;
  return typeof message === 'string' ? `The plugin '${plugin}' says: ${message}` : undefined;
}

function errorText(error: FactError | undefined): string {
  return error === undefined ? '' : `: ${error.code === undefined ? '' : `${error.code}: `}${error.message.replace(/\.$/, '')}`;
}
