/** Where the time of a CPU profile went: functions by their own time, with their file. */
import { readFileSync } from 'node:fs';

export function topFunctions(path, count) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, 'utf8'));
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const own = new Map();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const { functionName, url, lineNumber } = frames.get(id);
    if (functionName === '(idle)' || functionName === '(program)') continue;
    const file = url
      .replace(/^file:\/\//, '')
      .split('/')
      .slice(-4)
      .join('/');
    const title = `${functionName === '' ? '(anonymous)' : functionName}  ${file}${file === '' ? '' : `:${lineNumber + 1}`}`;
    own.set(title, (own.get(title) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  }
  return [...own]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([title, us]) => ({ title, share: us / total }));
}
