// Calls of what plugins contribute, where what they throw, or return instead of what they should, has to name them.
import { errorText, isKopfError, PluginFailedError } from '../errors.js';
import type { ObjectView } from '../model/object.js';
import type { Contribution } from './host.js';
import type { Admittance, ServedOperator } from './plugin.js';

/** @throws PluginFailedError for what throws, and for what is no {@link Admittance}. */
export function askAdmittance({ plugin, part }: Contribution<'admitPass'>, object: ObjectView): Admittance {
  let verdict: unknown;
  try {
    verdict = part(object);
  } catch (error) {
    throw new PluginFailedError(plugin, `its admitPass threw: ${errorText(error)}`, { cause: error });
  }
  if (isAdmittance(verdict)) return verdict;
  throw new PluginFailedError(plugin, 'its admitPass returned neither { go: true } nor { go: false, reason, retryAfterMs }.');
}

function isAdmittance(verdict: unknown): verdict is Admittance {
  if (typeof verdict !== 'object' || verdict === null) return false;
  const { go, reason, retryAfterMs } = verdict as { readonly go?: unknown; readonly reason?: unknown; readonly retryAfterMs?: unknown };
  return go === true || (go === false && typeof reason === 'string' && typeof retryAfterMs === 'number');
}

/** Until the operator stops. Errors that have a code say what is wrong themselves. */
export async function runService(
  { plugin, part }: Contribution<'service'>,
  stopping: AbortSignal,
  operator: ServedOperator,
): Promise<void> {
  try {
    await part.run(stopping, operator);
  } catch (error) {
    if (stopping.aborted || isKopfError(error)) throw error;
    throw new PluginFailedError(plugin, `its service '${part.name}' failed: ${errorText(error)}`, { cause: error });
  }
}
