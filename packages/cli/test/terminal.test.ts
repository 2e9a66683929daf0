// What only a terminal gets: colours, and what commands do while they take longer than a second.
import { describe, expect, it } from 'vitest';
import { createProcessIo } from '../src/process-io.js';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';

describe('a terminal', () => {
  it.each([
    { isTTY: true, env: {}, color: true },
    { isTTY: true, env: { NO_COLOR: '1' }, color: false },
    { isTTY: true, env: { NO_COLOR: '' }, color: true },
    { isTTY: false, env: {}, color: false },
  ])('gets colours and progress, if it is one and NO_COLOR does not forbid the former: $isTTY, $env', ({ isTTY, env, color }) => {
    const io = createProcessIo({ isTTY, env });
    expect([io.color, io.every !== undefined]).toEqual([color, isTTY]);
  });

  it.each([
    { argv: ['check'], says: 'Checking' },
    { argv: ['config'], says: 'Reading' },
    { argv: ['plugins'], says: 'Reading' },
    { argv: ['build'], says: 'Building' },
    { argv: ['state', 'show', 'pods/a/b'], says: 'Reading' },
    { argv: ['state', 'clear', 'pods/a/b'], says: 'Clearing' },
    { argv: ['state', 'move', '--from', 'a', '--to', 'b'], says: 'Moving' },
    { argv: ['finalizers', 'release', '--all'], says: 'Releasing' },
  ])('hears what is done after a second, in a line that goes away: $argv', async ({ argv, says }) => {
    let tick = (): void => undefined;
    const slow = createFakeIo(projectWith({ 'kopf.config.js': '' }), () => {
      tick(); // A second has passed.
      return Promise.reject(new Error('no luck'));
    });
    const every = (ms: number, call: () => void) => {
      expect(ms).toBe(1000);
      tick = call;
      return () => undefined;
    };
    expect(await runCli(argv, { ...slow, every })).toBe(1);
    const line = `${says} … 1 s`;
    expect(slow.err.slice(0, 2)).toEqual([line, `\r${' '.repeat(line.length)}\r`]);
    expect(slow.err.slice(2).join('')).toMatch(/^error KOPF_[A-Z_]+: [^\n]*no luck[^\n]*\n$/);
  });
});
