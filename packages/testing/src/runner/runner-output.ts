import type { Fact, ObjectRef, Purpose } from '@kopfts/core';

const TITLES: Readonly<Record<Purpose, string>> = { create: 'Creation', update: 'Updating', delete: 'Deletion', resume: 'Resuming' };

/**
 * A line of what handlers logged, of what is handled, or of how a handler ended: `[default/one] Handler 'create_fn' succeeded.` Other facts
 * say nothing here; the command line says more, and says it better.
 */
export function outputLine(fact: Fact): string | undefined {
  switch (fact.kind) {
    case 'logged':
      return `${prefixOf(fact.object)}${fact.message}`;
    case 'cause-detected':
      return fact.reason in TITLES ? `${prefixOf(fact.object)}${TITLES[fact.reason as Purpose]} is in progress.` : undefined;
    case 'handler-ended':
      return `${prefixOf(fact.object)}Handler '${fact.handler}' ${endText(fact.result, fact.error?.message)}`;
    case 'activity-handler-ended':
      return `Activity '${fact.handler}' ${endText(fact.result, fact.error?.message)}`;
    default:
      return undefined;
  }
}

function prefixOf(object: ObjectRef | undefined): string {
  if (object === undefined) return '';
  return object.namespace === undefined ? `[${object.name}] ` : `[${object.namespace}/${object.name}] `;
}

function endText(result: string, message: string | undefined): string {
  const what = result === 'retry' ? 'failed for now' : result;
  return message === undefined ? `${what}.` : `${what}: ${message}`;
}
