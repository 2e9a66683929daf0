#!/usr/bin/env node
import process from 'node:process';
import { runProgram } from './program/run-program.js';
import type { ProgramSignal } from './program/program-io.js';

const SIGNALS: readonly ProgramSignal[] = ['SIGINT', 'SIGTERM'];

runProgram(process.argv.slice(2), {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  onSignal: (listener) => {
    for (const name of SIGNALS) process.on(name, listener);
  },
  exit: (code) => process.exit(code),
}).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`error: this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
