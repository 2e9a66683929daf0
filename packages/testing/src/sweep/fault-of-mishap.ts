import type { Fault } from '../fault.js';
import type { Harness } from '../harness.js';
import type { LineFault } from '../stream-fault.js';
import { meddle } from './meddle.js';
import type { AnswerMishap, LineMishap, Mishap } from './plan.js';
import type { Workload } from './workload.js';

const PAUSE_MS = 20_000;
const LATE_MS = 2000;
const BEHIND_MS = 30_000;

/** The fault that makes a mishap happen in this world. */
export function faultOfMishap(mishap: Mishap, world: Harness, workload: Workload): Fault {
  switch (mishap.kind) {
    case 'kill':
      return mishap;
    case 'pause':
      return { ...mishap, ms: PAUSE_MS };
    case 'line':
      return { kind: 'line', nth: mishap.nth, how: lineFault(mishap.how) };
    case 'answer':
      return answerFault(mishap.how);
    case 'removed':
      return { kind: 'meanwhile', when: 'before', act: () => workload.remove(world) };
    case 'replaced':
      return { kind: 'meanwhile', when: 'before', act: () => workload.replace(world) };
    case 'meddled':
      return { kind: 'meanwhile', when: mishap.when, act: () => meddle(mishap.how, world, workload) };
    case 'stale':
      return behind(world, mishap.behind);
    case 'unobserved':
      return { kind: 'line', nth: mishap.nth, how: { kind: 'hide', more: mishap.lines - 1 } };
  }
}

/** A replica that lags from the beginning answers for a while, also the request that is on its way; its streams end with it. */
function behind(world: Harness, lag: number): Fault {
  const replica = world.server.replica({ lag });
  const act = async (): Promise<void> => {
    world.connectTo(replica);
    world.scheduler.setTimer(BEHIND_MS, () => {
      world.connectTo(world.server);
      replica.close().catch(() => undefined); // nobody waits for it
    });
  };
  return { kind: 'meanwhile', when: 'before', act };
}

function lineFault(how: LineMishap): LineFault {
  switch (how) {
    case 'before':
      return { kind: 'cutBefore' };
    case 'inside':
      return { kind: 'cutInside', bytes: 3 };
    case 'after':
      return { kind: 'cutAfter' };
    case 'duplicate':
      return { kind: 'duplicate' };
    case 'delay':
      return { kind: 'delay', ms: LATE_MS };
    default:
      return { kind: 'error', code: Number(how) };
  }
}

function answerFault(how: AnswerMishap): Fault {
  switch (how) {
    case 'lost':
      return { kind: 'commitThenLose' };
    case 'drop':
      return { kind: 'drop' };
    case '422s':
      return status(422, { details: {} });
    case '422i':
      return status(422, { details: { causes: [{ reason: 'FieldValueInvalid', message: 'planned', field: 'status' }] } });
    case '504c':
      return { ...status(504), commits: true };
    default:
      return status(Number(how));
  }
}

const REASONS: Readonly<Record<number, string>> = {
  404: 'NotFound',
  409: 'Conflict',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function status(code: number, more: object = {}): Extract<Fault, { kind: 'status' }> {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'planned',
    reason: REASONS[code],
    ...more,
    code,
  };
  return { kind: 'status', code, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
