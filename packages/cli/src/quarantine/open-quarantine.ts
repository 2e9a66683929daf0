import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorText, type OperatorConfig, type Plugin } from '@kopfts/core';
import type { LineLogger } from '../log-sink.js';
import { openLifeFile } from './life-file.js';
import { quarantine } from './quarantine.js';

export interface OpenedQuarantine {
  readonly plugins: readonly Plugin[];
  /** The process ends in order. */
  close(): void;
}

const NONE: OpenedQuarantine = { plugins: [], close: () => undefined };

/** Remembers deaths of the process in the folder for temporary files; without one that can be written, nothing is remembered. */
export function openQuarantine({ name = 'kopf' }: Pick<OperatorConfig, 'name'>, cwd: string, logger: LineLogger): OpenedQuarantine {
  try {
    const place = createHash('sha256').update(cwd).digest('hex').slice(0, 12);
    const life = openLifeFile(join(tmpdir(), `kopf-${name}-${place}.life`), (error) =>
      logger.log({ level: 'warn', message: `Deaths of the process are not remembered any more: ${errorText(error)}` }),
    );
    if (life.isCareful)
      logger.log({
        level: 'warn',
        message: life.isAfterDeath
          ? 'The process did not end in order the last time: handlers are watched, and those that kill it are held.'
          : `Handlers that were at work when the process died are watched still, as long as they have not ended: ${String(life.casualties.size)}.`,
      });
    return { plugins: [quarantine(life)], close: () => life.close() };
  } catch (error) {
    logger.log({ level: 'debug', message: `Deaths of the process are not remembered: ${errorText(error)}` });
    return NONE;
  }
}
