#!/usr/bin/env node
import process from 'node:process';
import { runCli } from './run-cli.js';

runCli(process.argv.slice(2)).then(
  // What a user's module left open (an interval, a socket) must not keep a finished command alive.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`error KOPF_BUG: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
