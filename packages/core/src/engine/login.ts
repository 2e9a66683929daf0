// The login handlers, run whenever the adapter of the cluster needs credentials (spec AU-01, AU-17).
import { mergeActivities } from '../handlers/registry.js';
import type { ActivityHandler } from '../handlers/declare-activity.js';
import type { HandlerId } from '../model/ids.js';
import type { ConnectionInfo, LoggedIn, LoginHandlers } from '../ports/login.js';
import { runActivity, type ActivityRun } from './run-activity.js';

/** What a run needs besides the handlers; known when the operator runs. */
export type LoginSurroundings = Omit<ActivityRun, 'activity' | 'handlers' | 'signal' | 'client' | 'isEnough' | 'afterEach'>;

/** `undefined` if there are none: then the adapter looks for credentials itself (spec AU-20). */
export function loginOf(
  registries: readonly { readonly activities: readonly ActivityHandler[] }[],
  surroundings: () => LoginSurroundings,
): LoginHandlers | undefined {
  const handlers = mergeActivities(registries).filter(({ activity }) => activity === 'login');
  if (handlers.length === 0) return undefined;
  return {
    async run(signal) {
      const isEnough = (results: ReadonlyMap<HandlerId, unknown>): boolean => results.size > 0;
      const given = await runActivity({ ...surroundings(), activity: 'login', handlers, signal, isEnough });
      return [...given].flatMap(([handler, result]) => infosOf(result).map((info): LoggedIn => ({ handler, info })));
    },
  };
}

/** What it is, the adapter checks. */
function infosOf(result: unknown): readonly ConnectionInfo[] {
  return (Array.isArray(result) ? result : [result]) as readonly ConnectionInfo[];
}
