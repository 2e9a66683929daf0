import { spawn } from 'node:child_process';
import { fromRoot } from './workspace.mjs';

/** Runs an installed tool from the root to its end; what it writes to a pipe comes back with the code. */
export function runTool(file, args, { stdio = ['ignore', 'pipe', 'pipe'], env = {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: fromRoot(), stdio, env: { ...process.env, ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
