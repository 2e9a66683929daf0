// Calls of what plugins contribute, where what they throw, or return instead of what they should, has to name them.
import { errorText, isKopfError, PluginFailedError } from '../errors.js';
import { isJsonObject } from '../model/json.js';
import type { ObjectView } from '../model/object.js';
import type { MergePatch } from '../model/patch.js';
import { valueText } from '../model/value-text.js';
import type { Contribution } from './host.js';
import type { Admittance, PassSummary, ServedOperator } from './plugin.js';

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

/** @throws PluginFailedError for what throws, and for what is no part of an object. */
export function askContribution({ plugin, part }: Contribution<'contributeToPatch'>, pass: PassSummary): MergePatch | undefined {
  let fragment: unknown;
  try {
    fragment = part(pass);
  } catch (error) {
    throw new PluginFailedError(plugin, `its contributeToPatch threw: ${errorText(error)}`, { cause: error });
  }
  if (fragment === undefined || (isJsonObject(fragment) && !isPromise(fragment))) return fragment;
  if (isPromise(fragment)) fragment.catch(() => undefined); // Its failure is told here, as the wrong kind of answer.
  const what = isPromise(fragment) ? 'a promise' : valueText(fragment);
  throw new PluginFailedError(plugin, `its contributeToPatch returned ${what}, which is neither a part of an object nor undefined.`);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
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
