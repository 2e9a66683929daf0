/** `    at declare (file:///work/handlers.ts?v=1:12:6)`: the last part of the path, and the line. */
const FRAME = /([^/\\()\s]+?)(?:\?[^:)]*)?:(\d+):\d+\)?$/;

/**
 * Where a function of ours was called: `handlers.ts:12`. For messages only, and as good as the engine's stack traces:
 * nothing that is stored or compared may depend on it.
 */
export function callerPlace(called: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {};
  // Missing outside V8, whatever the types say.
  if ('captureStackTrace' in Error) Error.captureStackTrace(holder, called);
  const frame = holder.stack?.split('\n').find((line) => /^\s*at /.test(line));
  const match = frame === undefined ? null : FRAME.exec(frame.trim());
  return match ? `${match[1] ?? ''}:${match[2] ?? ''}` : 'an unknown place';
}
