const LINE_AND_COLUMN = /:(\d+):\d+\)?$/;

/**
 * Where a function of ours was called: `handlers.ts:12`. For messages only, and as good as the engine's stack traces:
 * nothing that is stored or compared may depend on it.
 */
export function callerPlace(called: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {};
  // Missing outside V8, whatever the types say.
  if ('captureStackTrace' in Error) Error.captureStackTrace(holder, called);
  const frame = holder.stack?.split('\n').find((line) => /^\s*at /.test(line));
  return (frame === undefined ? undefined : placeOfFrame(frame.trim())) ?? 'an unknown place';
}

/** `at declare (file:///work/handlers.ts?v=1:12:6)`: the last part of the path, and the line. In steps: one expression for all of it would go back. */
function placeOfFrame(frame: string): string | undefined {
  const found = LINE_AND_COLUMN.exec(frame);
  if (found === null) return undefined;
  const [path = ''] = frame.slice(0, found.index).split('?', 1);
  const file = path.split(/[/\\()\s]/).at(-1);
  return file === undefined || file === '' ? undefined : `${file}:${found[1] ?? ''}`;
}
