#!/usr/bin/env node
import process from 'node:process';
import { endProcess } from './end-process.js';
import { runCli } from './run-cli.js';

const argv = process.argv.slice(2);
endProcess(runCli(argv), argv);
