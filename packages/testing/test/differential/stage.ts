import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createApiPerson } from '../support/api-person.js';
import { createAuditTail } from './audit-tail.js';
import type { Evidence } from './evidence.js';
import { GROUP } from './kinds.js';
import type { Side } from './lives.js';
import { defineKinds, play, type Stage } from './play.js';
import type { Scenario } from './scenario.js';

/** So many scenarios are played at the same time: most of the time they wait. */
const WIDTH = 6;

/** What a scenario may take when all others are to be waited for, milliseconds. */
export const PLAY_MS = 600_000;

export interface OpenStage {
  /** What comes of a scenario; begins when it is its turn. */
  result(scenario: Scenario, sides: readonly Side[]): Promise<Evidence>;
  close(): Promise<void>;
}

/** A stage on the control plane of the suites. `plays` begin at once, in order, several beside each other. */
export async function openStage(plays: readonly (readonly [Scenario, readonly Side[]])[], python?: string): Promise<OpenStage> {
  const { url, token, ca, kubeconfigPath, auditLogPath } = inject('controlPlane');
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-differential-'));
  const server = { url, token, ca };
  const person = createApiPerson(server, 'person');
  const audit = createAuditTail(auditLogPath, GROUP);
  const stage: Stage = { person, audit, server, kubeconfigPath, folder, python };
  await defineKinds(stage);
  const results = playAll(stage, plays);
  return {
    result: (scenario, sides) => results.get(keyOf(scenario, sides)) ?? Promise.reject(new Error(`${scenario.name} is not played`)),
    close: async () => {
      await Promise.allSettled(results.values());
      await person.close();
      audit.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const keyOf = ({ name }: Scenario, sides: readonly Side[]): string => [name, ...sides].join(' ');

function playAll(stage: Stage, plays: readonly (readonly [Scenario, readonly Side[]])[]): ReadonlyMap<string, Promise<Evidence>> {
  const turn = createTurns(WIDTH);
  const results = plays.map(([scenario, sides]) => [keyOf(scenario, sides), turn(() => play(stage, scenario, sides))] as const);
  for (const [, result] of results) result.catch(() => undefined); // said to whoever asks for it
  return new Map(results);
}

/** So many at the same time, in the order in which they came. */
function createTurns(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = width;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
