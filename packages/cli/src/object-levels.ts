// Levels of the log that single objects ask for, by an annotation: one of many is looked at closely, without all that the others say.
import type { Fact, Plugin } from '@kopfts/core';
import type { LogLevel } from './log-options.js';
import { LOG_LEVELS } from './log-options.js';

export interface ObjectLevels {
  /** Reads the annotation `<prefix>/log-level` of objects, as soon as a handler other than of `event` or `index` looks at them; never holds them. */
  readonly plugin: Plugin;
  /** What the object of a fact asks for. */
  levelFor(fact: Fact): LogLevel | undefined;
}

export const OBJECT_LEVELS = 'object-levels';

export function createObjectLevels(): ObjectLevels {
  const levels = new Map<string, LogLevel>();
  return {
    plugin: {
      name: OBJECT_LEVELS,
      apiVersion: 1,
      setup(host) {
        const annotation = `${host.identity.prefix}/log-level`;
        host.contribute('admitPass', ({ ref, body }) => {
          const asked = body.metadata.annotations?.[annotation];
          const level = LOG_LEVELS.find((one) => one === asked);
          if (level !== undefined) levels.set(ref.uid, level);
          else if (levels.size > 0) levels.delete(ref.uid);
          return { go: true };
        });
      },
    },
    levelFor(fact) {
      if (levels.size === 0 || !('object' in fact)) return undefined;
      const level = levels.get(fact.object.uid);
      // What is said of its end is the last.
      if (fact.kind === 'object-forgotten') levels.delete(fact.object.uid);
      return level;
    },
  };
}
