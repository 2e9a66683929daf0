import { resourceName } from '@kopfts/core';
import type { CollectionRef, Fact, FactError, HandlerFamily, Json, ObjectRef, Purpose } from '@kopfts/core';
import { changedFields, changeText } from './change-text.js';
import { errorLine, handlerErrorText } from './error-text.js';
import type { LogLine } from './log-format.js';
import type { LogLevel } from './log-options.js';

/**
 * What a fact says to people, in Kopf's words where it has some (spec sections 8, 9). Info: what a user asked for happened;
 * warn: degraded, continuing; error: someone must act. Facts that say nothing to them, and unknown ones, give nothing.
 */
export function factLine(fact: Fact, showChanges: boolean): LogLine | undefined {
  const said = sentence(fact, showChanges);
  if (said === undefined) return undefined;
  const object: ObjectRef | undefined = 'object' in fact ? fact.object : undefined;
  return { at: fact.at, object, ...said };
}

type Said = Pick<LogLine, 'level' | 'message' | 'fields' | 'stack'>;

const TITLES: Readonly<Record<Purpose, string>> = { create: 'Creation', update: 'Updating', delete: 'Deletion', resume: 'Resuming' };

function sentence(fact: Fact, showChanges: boolean): Said | undefined {
  return (
    operatorSentence(fact) ??
    clusterSentence(fact) ??
    objectSentence(fact, showChanges) ??
    handlerSentence(fact) ??
    writeSentence(fact) ??
    dataSentence(fact)
  );
}

function operatorSentence(fact: Fact): Said | undefined {
  switch (fact.kind) {
    case 'operator-started':
      return info(`The operator${fact.name === undefined ? '' : ` '${fact.name}'`} starts (@kopfts ${fact.version}).`);
    case 'activity-handler-ended':
      return activityEnd(fact);
    case 'operator-ready':
      return info(`The operator is ready; it watches ${counted(fact.collections, 'collection')}.`);
    case 'operator-stopping':
      return fact.error === undefined
        ? debug(`The operator stops: ${fact.why}`)
        : failure(`The operator stops, ${fact.why}: `, fact.error, 'error');
    case 'operator-stopped':
      return info('The operator has stopped.');
    case 'logged':
      return { level: fact.level, message: fact.message, fields: fact.fields };
    case 'plugin':
      return pluginSentence(fact.data);
    default:
      return undefined;
  }
}

/** Plugins speak to people by facts whose data have a `message` and a `level`. */
function pluginSentence(data: Json): Said | undefined {
  if (typeof data !== 'object' || data === null || !('message' in data) || !('level' in data)) return undefined;
  const { level, message } = data;
  return isLevel(level) && typeof message === 'string' ? { level, message } : undefined;
}

function filterText(selector: string | undefined): string {
  return selector === undefined ? '' : `, filtered by the server: '${selector}'`;
}

function clusterSentence(fact: Fact): Said | undefined {
  switch (fact.kind) {
    case 'kind-unresolved':
      return warn(
        `The cluster does not serve ${quoted(fact.selectors)}. ${fact.selectors.length === 1 ? 'Its' : 'Their'} handlers wait and start when it does.`,
      );
    case 'kind-served':
      return debug(`Serving ${collectionText(fact.of)} for ${quoted(fact.handlers)}${filterText(fact.filteredByServer)}.`);
    case 'kind-refused':
      return failure(`Not serving '${fact.selector}': `, fact.error, 'error');
    case 'kind-released':
      return info(`The cluster serves ${collectionText(fact.of)} no more.`);
    case 'watch-health':
      return healthSentence(fact);
    case 'watch-synced':
      return debug(`Listed ${counted(fact.objects, 'object')} of ${collectionText(fact.of)} at ${fact.resourceVersion}.`);
    case 'epoch-opened':
      return warn(`The history of ${collectionText(fact.of)} went back, as after a restored backup. Everything is looked at anew.`);
    default:
      return undefined;
  }
}

function healthSentence(fact: Extract<Fact, { kind: 'watch-health' }>): Said {
  const of = collectionText(fact.of);
  if (fact.state === 'denied') return failure(`No permission to watch ${of}; trying again from time to time. `, fact.error, 'error');
  if (fact.state === 'retrying') return failure(`The watch of ${of} broke and is tried again. `, fact.error, 'warn');
  return debug(`The watch of ${of} is ${fact.state}.`);
}

function objectSentence(fact: Fact, showChanges: boolean): Said | undefined {
  switch (fact.kind) {
    case 'cause-detected':
      return causeSentence(fact, showChanges);
    case 'pass-superseded':
      return info(
        `${TITLES[fact.old]} is superseded by ${TITLES[fact.by].toLowerCase()}: ` +
          `${String(fact.succeeded)} succeeded; ${String(fact.failed)} failed; ${String(fact.left)} left to the moment.`,
      );
    case 'pass-ended':
      if (fact.succeeded + fact.failed === 0) return undefined;
      return info(`${TITLES[fact.reason]} is processed: ${String(fact.succeeded)} succeeded; ${String(fact.failed)} failed.`);
    case 'pass-held':
      return info(`Held by the plugin '${fact.plugin}': ${fact.why}`);
    case 'finalizer-changed':
      if (fact.change === 'added') return debug('Adding the finalizer, thus preventing the actual deletion.');
      return debug(`Removing the finalizer, thus allowing the actual deletion (${fact.why}).`);
    case 'object-failed':
      // What is not tried again is no throttling.
      return failure(
        fact.retryInMs > 0 ? `Throttling for ${seconds(fact.retryInMs)} due to an unexpected error: ` : 'There was an error: ',
        fact.error,
        'error',
      );
    case 'event-seen':
      return debug(
        `Seen at ${fact.resourceVersion}${fact.type === null ? '' : ` (${fact.type})`}${fact.inferred ? ', inferred from a list' : ''}.`,
      );
    case 'object-waiting':
      return debug(`Waiting until ${new Date(fact.until).toISOString()}: ${fact.why}.`);
    default:
      return undefined;
  }
}

function causeSentence(fact: Extract<Fact, { kind: 'cause-detected' }>, showChanges: boolean): Said | undefined {
  switch (fact.reason) {
    case 'noop':
      return debug('Something has changed, but we are not interested (the essence is the same).');
    case 'gone':
      return debug('Deleted, really deleted, and we are notified.');
    case 'free':
      return debug('Deletion, but we are done with it, and we do not care.');
    case 'update':
      // Values of objects may be secret: they are for a developer's own terminal.
      return showChanges && fact.diff.length > 0 && fact.object.resource.kind !== 'Secret'
        ? info(`Updated: ${changeText(fact.diff)}`)
        : debug(`Updating is in progress: ${changedFields(fact.diff)}`);
    case 'create':
    case 'delete':
    case 'resume':
      return debug(`${TITLES[fact.reason]} is in progress.`);
  }
}

function dataSentence(fact: Fact): Said | undefined {
  switch (fact.kind) {
    case 'fields-not-kept': {
      const fields = fact.fields.map(({ field, found }) => `${field} (${found})`).join(', ');
      return { level: 'warn', message: `The server did not keep what was written: ${fields}. Does the schema of the kind allow it?` };
    }
    case 'fields-overwritten': {
      const fields = fact.fields.map(({ field, of, by }) => `${field} ('${of}', then '${by}')`).join(', ');
      return { level: 'warn', message: `Handlers set one field to different values, and the later one has the last word: ${fields}.` };
    }
    case 'notes-contested': {
      const who = fact.managers.length === 0 ? '' : ` Others that write it: ${fact.managers.join(', ')}.`;
      const what =
        fact.how === 'overtaken'
          ? `Somebody else, perhaps another operator of this name, wrote ${fact.fields.join(', ')} first. Let only one of them run.`
          : `Somebody takes away or changes ${fact.fields.join(', ')} again and again, which the operator needs.`;
      return { level: fact.news === 'kind' ? 'warn' : 'debug', message: `${what}${who}` };
    }
    case 'numbers-rounded':
      return { level: 'warn', message: `Handlers see rounded numbers in ${fact.fields.join(', ')}; the object keeps its digits.` };
    default:
      return undefined;
  }
}

function handlerSentence(fact: Fact): Said | undefined {
  switch (fact.kind) {
    case 'handler-started':
      return debug(`${handlerName(fact)} is invoked.`);
    case 'handler-ended':
      return handlerEnd(fact);
    case 'handler-skipped':
      return debug(`${handlerName(fact)} is skipped: its '${fact.filter}' does not match.`);
    case 'result-dropped':
      return { level: 'error', message: `The server refuses the result of handler '${fact.handler}', which is dropped: ${fact.message}` };
    case 'event-recorded':
      return recordedSentence(fact);
    case 'timer-spawned':
      return debug(`Timer '${fact.handler}' is started.`);
    case 'timer-ended':
      return debug(`Timer '${fact.handler}' has ended: ${fact.why}.`);
    case 'daemon-spawned':
      return debug(`Daemon '${fact.handler}' is started.`);
    case 'daemon-stopping':
      return debug(`Daemon '${fact.handler}' ${stoppingText(fact)}`);
    case 'daemon-ended': {
      const how = fact.why === 'ended on its own' ? 'on its own' : 'on request';
      return debug(`Daemon '${fact.handler}' has exited ${how} and will not be retried or restarted.`);
    }
    case 'handler-abandoned':
      return { level: 'warn', message: `${handlerName(fact)} did not exit in time. Leaving it orphaned.` };
    default:
      return undefined;
  }
}

function stoppingText({ stage, nextCheckInMs }: Extract<Fact, { kind: 'daemon-stopping' }>): string {
  if (stage === 'signalled') return 'is signalled to exit gracefully.';
  if (stage === 'cancelled') return 'is signalled to exit by force.';
  return `is still exiting. The next check is in ${nextCheckInMs / 1000} seconds.`;
}

function recordedSentence(fact: Extract<Fact, { kind: 'event-recorded' }>): Said {
  const { kind, namespace, name } = fact.about;
  const about = `about ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  if (fact.outcome === 'lost') return failure(`Failed to post an event ${about}. Ignoring and continuing. `, fact.error, 'warn');
  return debug(`Event '${fact.reason}' ${about}: ${fact.outcome}.`);
}

function activityEnd(fact: Extract<Fact, { kind: 'activity-handler-ended' }>): Said {
  const name = `Activity '${fact.handler}'`;
  // Somebody asks for the health again and again.
  if (fact.result === 'succeeded') return fact.activity === 'probe' ? debug(`${name} succeeded.`) : info(`${name} succeeded.`);
  if (fact.result === 'cancelled' || fact.result === 'unfinished') return info(`${name} is cancelled.`);
  const { message, stack } = handlerErrorText(fact.result, fact.error, fact.retryInMs);
  return { level: fact.result === 'failed' ? 'error' : 'warn', message: `${name} ${message}`, stack };
}

function handlerEnd(fact: Extract<Fact, { kind: 'handler-ended' }>): Said {
  const name = handlerName(fact);
  switch (fact.result) {
    case 'succeeded':
      // Every event and every tick would drown what was asked for.
      return { level: fact.family === 'event' || fact.family === 'timer' ? 'debug' : 'info', message: `${name} succeeded.` };
    case 'cancelled':
      return info(`${name} is cancelled.`);
    case 'unfinished':
      return debug(`${name} has unfinished sub-handlers. Will retry soon.`);
    default: {
      const { message, stack } = handlerErrorText(fact.result, fact.error, fact.retryInMs);
      return { level: fact.result === 'failed' ? 'error' : 'warn', message: `${name} ${message}`, stack };
    }
  }
}

function writeSentence(fact: Fact): Said | undefined {
  if (fact.kind === 'write-sent') return debug(`Patching ${fact.endpoint === 'status' ? 'the status' : 'the object'}: ${fact.why}.`);
  if (fact.kind !== 'write-ended') return undefined;
  if (fact.error !== undefined) return failure('A patch failed: ', fact.error, 'debug'); // `object-failed` follows and says what happens next.
  return debug(`Patched ${fact.endpoint === 'status' ? 'the status' : 'the object'}: ${fact.outcome}.`);
}

const FAMILIES: Readonly<Record<HandlerFamily, string>> = {
  change: 'Handler',
  event: 'Handler',
  timer: 'Timer',
  daemon: 'Daemon',
  index: 'Indexer',
};

function handlerName(fact: { readonly family: HandlerFamily; readonly handler: string }): string {
  return `${FAMILIES[fact.family]} '${fact.handler}'`;
}

function collectionText({ resource, namespace }: CollectionRef): string {
  return `${resourceName(resource)}${namespace === undefined ? '' : ` in '${namespace}'`}`;
}

function failure(before: string, error: FactError | undefined, level: LogLevel): Said {
  const stack = error?.error instanceof Error ? error.error.stack : undefined;
  return { level, message: `${before}${error === undefined ? '' : errorLine(error)}`.trimEnd(), stack };
}

function info(message: string): Said {
  return { level: 'info', message };
}

function debug(message: string): Said {
  return { level: 'debug', message };
}

function warn(message: string): Said {
  return { level: 'warn', message };
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}

function seconds(ms: number): string {
  return `${String(Math.round(ms / 10) / 100)} seconds`;
}

function isLevel(value: Json | undefined): value is LogLevel {
  return value === 'debug' || value === 'info' || value === 'warn' || value === 'error';
}
