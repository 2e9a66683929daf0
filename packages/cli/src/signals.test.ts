import { describe, expect, it } from 'vitest';
import { createFakeIo } from '../test/fake-io.js';
import { listenForShutdown } from './signals.js';

describe('signals', () => {
  it('ask for a graceful end first, and end the process at once when they come again', () => {
    const io = createFakeIo('/');
    const said: string[] = [];
    const before: string[] = [];
    const shutdown = listenForShutdown(
      io,
      (message) => said.push(message),
      () => before.push('cleaned'),
    );
    io.send('SIGINT');
    expect(shutdown.signal.aborted).toBe(true);
    expect(said).toEqual(['Stopping because of SIGINT; another one ends it at once.']);
    expect(io.exits).toEqual([]);
    io.clock.at = 500;
    io.send('SIGTERM');
    expect(before).toEqual(['cleaned']);
    expect(io.exits).toEqual([143]);
  });

  it('count once when one Ctrl-C arrives twice, as under npm', () => {
    const io = createFakeIo('/');
    listenForShutdown(io, () => undefined);
    io.send('SIGINT');
    io.clock.at = 50;
    io.send('SIGINT');
    expect(io.exits).toEqual([]);
    io.clock.at = 1000;
    io.send('SIGINT');
    expect(io.exits).toEqual([130]);
  });

  it('are not listened to when the command is over', () => {
    const io = createFakeIo('/');
    listenForShutdown(io, () => undefined).dispose();
    expect(io.listeners()).toBe(0);
  });
});
