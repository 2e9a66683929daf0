// What only a terminal gets: colours, and what commands do while they take longer than a second.
import { describe, expect, it, vi } from 'vitest';
import { createProcessIo } from '../src/process-io.js';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith } from './fake-io.js';

describe('a terminal', () => {
  it.each([
    { isTTY: true, env: {}, color: true },
    { isTTY: true, env: { NO_COLOR: '1' }, color: false },
    { isTTY: true, env: { NO_COLOR: '' }, color: true },
    { isTTY: false, env: {}, color: false },
  ])('gets colours: $isTTY with $env', ({ isTTY, env, color }) => {
    const io = createProcessIo({ isTTY, env });
    expect([io.color, io.every !== undefined]).toEqual([color, isTTY]);
  });
