import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CliIo, CliSignal, ImportModule } from '../src/cli-io.js';

export interface FakeIo extends CliIo {
  readonly out: string[];
  readonly err: string[];
  readonly exits: number[];
  readonly clock: { at: number };
  send(name: CliSignal): void;
  reject(reason: unknown): void;
  /** Resolves when the predicate holds for what was said so far. */
  said(text: string): Promise<void>;
  listeners(): number;
}

/** A world with memory inside. */
export function createFakeIo(cwd: string, importModule?: ImportModule): FakeIo {
  const out: string[] = [];
  const err: string[] = [];
  const exits: number[] = [];
  const clock = { at: 0 };
  const signals = new Set<(name: CliSignal) => void>();
  const rejections = new Set<(reason: unknown) => void>();
  const waiting = new Set<() => void>();
  const heard = () => [...waiting].forEach((check) => check());
  return {
    cwd,
    color: false,
    out,
    err,
    exits,
    clock,
    stdout: (text) => {
      out.push(text);
      heard();
    },
    stderr: (text) => {
      err.push(text);
      heard();
    },
    now: () => clock.at,
    onSignal: (listener) => {
      signals.add(listener);
      return () => signals.delete(listener);
    },
    onUnhandledRejection: (listener) => {
      rejections.add(listener);
      return () => rejections.delete(listener);
    },
    exit: (code) => exits.push(code),
    send: (name) => signals.forEach((listener) => listener(name)),
    reject: (reason) => rejections.forEach((listener) => listener(reason)),
    said: (text) =>
      new Promise((resolve) => {
        const check = () => {
          if (![...out, ...err].join('').includes(text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    listeners: () => signals.size + rejections.size,
    ...(importModule === undefined ? {} : { importModule }),
  };
}

/** A folder with these files, gone when the test ends. */
export function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'kopf-cli-test-')));
  for (const [name, text] of Object.entries(files)) write(folder, name, text);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function write(folder: string, name: string, text: string): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
