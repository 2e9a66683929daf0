import { isJsonObject, type ObjectBody } from '@kopfts/core';

/** What an object says about the attempts of one handler. */
export interface RecordedProgress {
  /** `create`, `update` …; `undefined` counts for any. */
  readonly purpose: string | undefined;
  readonly retries: number;
  /** It succeeded, or failed for good. */
  readonly finished: boolean;
  /** There is a time before which it must not be tried again. */
  readonly delayed: boolean;
}

/**
 * The annotation for the progress of a handler. For ids of at most 63 characters that Kubernetes accepts as names; longer ones
 * are cut and hashed by the operator, and are none for the workloads that are judged here.
 */
export function progressKey(prefix: string, handler: string): string {
  return `${prefix}/${handler.replaceAll('/', '.').replace(/[<>]/g, '_')}`;
}

/** What is recorded; `undefined` if nothing is, or nothing that can be read. */
export function recordedProgress(body: ObjectBody | undefined, prefix: string, handler: string): RecordedProgress | undefined {
  const text = body?.metadata.annotations?.[progressKey(prefix, handler)];
  return text === undefined ? undefined : parseProgress(text);
}

function parseProgress(text: string): RecordedProgress | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { purpose, retries, success, failure, delayed } = value;
    return {
      purpose: typeof purpose === 'string' ? purpose : undefined,
      retries: typeof retries === 'number' ? retries : 0,
      finished: success === true || failure === true,
      delayed: typeof delayed === 'string',
    };
  } catch {
    return undefined;
  }
}
