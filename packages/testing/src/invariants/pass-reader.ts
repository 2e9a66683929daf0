import type { ObjectBody } from '@kopfts/core';
import type { EntryOf } from '../history/history.js';

/** Where in its pass an invocation of a change handler is. */
export interface PassPlace {
  /** It is the first of its pass. */
  readonly isFirst: boolean;
  /** What the pass began with; later handlers of it see what the ones before them contributed. */
  readonly base: ObjectBody;
}

interface Pass {
  readonly version: string;
  readonly reason: string;
  readonly handlers: Set<string>;
  readonly base: ObjectBody;
}

/** Whether this reason is one of changes. */
export function isChange(start: Pick<EntryOf<'handler-start'>, 'reason'>): boolean {
  return start.reason !== 'event' && start.reason !== 'timer' && start.reason !== 'daemon';
}

/**
 * Tells passes apart, start by start: another one begins when a change handler of an object starts in an instance with another
 * version or reason than the one before it, or for the second time with the same version (a retry).
 */
export function createPassReader(): (start: EntryOf<'handler-start'>) => PassPlace {
  const passes = new Map<string, Pass>();
  return ({ instance, uid, resourceVersion, reason, handler, body }) => {
    const key = `${instance}|${uid}`;
    const known = passes.get(key);
    if (known?.version === resourceVersion && known.reason === reason && !known.handlers.has(handler)) {
      known.handlers.add(handler);
      return { isFirst: false, base: known.base };
    }
    passes.set(key, { version: resourceVersion, reason, handlers: new Set([handler]), base: body });
    return { isFirst: true, base: body };
  };
}
