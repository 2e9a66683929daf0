import { errorText, isKopfError, withoutSecrets } from '@kopfts/core';
import type { AttemptResult, FactError } from '@kopfts/core';

/** `KOPF_X: what happened. What to do.`, in one line. What happened may quote a server, and that what it was asked with. */
export function errorLine(error: Pick<FactError, 'code' | 'message' | 'remedy'>): string {
  const code = error.code === undefined ? '' : `${error.code}: `;
  const remedy = error.remedy === undefined ? '' : ` ${error.remedy}`;
  return oneLine(`${code}${ended(withoutSecrets(error.message), remedy !== '')}${remedy}`);
}

/** Any error in one line; whatever is not ours has no code of ours, and gets the one given. */
export function describeError(error: unknown, fallbackCode: string): string {
  if (isKopfError(error)) return errorLine(error);
  return errorLine({ code: fallbackCode, message: errorText(error), remedy: undefined });
}

const RETRY_CODES: readonly string[] = ['KOPF_HANDLER_TIMEOUT', 'KOPF_HANDLER_RETRIES'];

/** What became of an attempt, in Kopf's words (spec E-20..E-29), behind the handler's name. */
export function handlerErrorText(
  result: Exclude<AttemptResult, 'succeeded' | 'cancelled' | 'unfinished'>,
  error: FactError | undefined,
  retryInMs: number | undefined,
): { readonly message: string; readonly stack: string | undefined } {
  const text = oneLine(error?.message ?? 'unknown error');
  const code = error?.code;
  // These say themselves what happened (E-29).
  if (code !== undefined && RETRY_CODES.includes(code)) return { message: `failed: ${text}`, stack: undefined };
  if (result === 'retry' && code === 'KOPF_TEMPORARY') return { message: `failed temporarily: ${text}`, stack: undefined };
  if (result === 'failed' && code?.startsWith('KOPF_') === true) return { message: `failed permanently: ${text}`, stack: undefined };
  const what = `failed with an exception and will ${nextStep(result, retryInMs)}: ${text}${placeText(error?.error)}`;
  return { message: what, stack: error?.error instanceof Error ? error.error.stack : undefined };
}

function nextStep(result: 'failed' | 'retry' | 'ignored', retryInMs: number | undefined): string {
  if (result === 'ignored') return 'ignore it';
  if (result === 'failed') return 'stop now';
  return `try again in ${String(Math.round((retryInMs ?? 0) / 10) / 100)} seconds`;
}

const LINE_AND_COLUMN = /:(\d+):\d+\)?$/;

/** ` (handlers.ts:12)`: where a handler threw, for those who see no stack. */
function placeText(error: unknown): string {
  const stack = error instanceof Error ? error.stack : undefined;
  const frame = stack?.split('\n').find((line) => /^\s+at /.test(line) && !/node:|node_modules/.test(line));
  const found = frame === undefined ? null : LINE_AND_COLUMN.exec(frame);
  if (frame === undefined || found === null) return '';
  const [path = ''] = frame.slice(0, found.index).split('?', 1);
  return ` (${path.split(/[/\\()\s]/).at(-1) ?? ''}:${found[1] ?? ''})`;
}

function ended(message: string, isFollowed: boolean): string {
  return isFollowed && !/[.!?]$/.test(message) ? `${message}.` : message;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, (gap) => (gap.includes('\n') ? ' ' : gap));
}
