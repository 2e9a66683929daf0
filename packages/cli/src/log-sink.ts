import type { FactSink } from '@kopfts/core';
import { factLine } from './fact-line.js';
import { formatLine } from './log-format.js';
import type { LogLine } from './log-format.js';
import { isShown } from './log-options.js';
import type { LogOptions } from './log-options.js';
import type { ObjectLevels } from './object-levels.js';
import { createRepeatedFailures } from './repeated-failure.js';

/** Where lines of our own go, in the same format as those of facts. */
export interface LineLogger {
  log(line: Omit<LogLine, 'at'>): void;
}

/** Facts as log lines; objects may have a level of their own. Must be quick and must not throw; unknown facts are ignored. */
export function createLogSink(write: (text: string) => void, options: LogOptions, levels?: Pick<ObjectLevels, 'levelFor'>): FactSink {
  const failures = createRepeatedFailures();
  return {
    accept: (fact) => {
      const least = levels?.levelFor(fact) ?? options.level;
      const repeated = failures.isRepeated(fact);
      const line = factLine(fact, options.showChanges);
      if (line === undefined) return;
      const level = repeated ? 'debug' : line.level;
      if (isShown(level, least)) write(formatLine({ ...line, level }, options));
    },
  };
}

/** Lines of the command line itself. */
export function createLineLogger(write: (text: string) => void, options: LogOptions & { readonly now: () => number }): LineLogger {
  return {
    log: (line) => {
      if (isShown(line.level, options.level)) write(formatLine({ ...line, at: options.now() }, options));
    },
  };
}
