import { expect, it } from 'vitest';
import { textLog } from './text-log.js';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

it.each([
  { flags: {}, shown: ['info', 'warn', 'error'] },
  { flags: { verbose: true }, shown: LEVELS },
  { flags: { debug: true }, shown: LEVELS },
  { flags: { quiet: true }, shown: ['warn', 'error'] },
])('[LO-01] with $flags, lines of $shown are shown', ({ flags, shown }) => {
  const lines: string[] = [];
  const log = textLog({ ...flags, logFormat: 'json', write: (text) => void lines.push(text) });
  for (const level of LEVELS) log.accept({ kind: 'logged', level, message: 'said', fields: {}, at: 0 });
  expect(lines.map((line) => (JSON.parse(line) as { readonly severity: string }).severity)).toEqual(shown);
});
