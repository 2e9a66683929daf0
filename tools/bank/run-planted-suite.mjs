/** A test file, run on sources with a bug in them. */
import { spawn } from 'node:child_process';
import { fromRoot } from '../workspace.mjs';

/** Resolves with whether all its tests passed. Rejects where it could not be run at all: a mistake in the plant must not count as a kill. */
export function runPlantedSuite(suite, changes) {
  return new Promise((resolve, reject) => {
    const args = [fromRoot('node_modules', 'vitest', 'vitest.mjs'), 'run', '--config', 'tools/bank/vitest.config.ts', '--bail', '1', suite];
    const env = { ...process.env, KOPFTS_PLANTED: JSON.stringify(changes) };
    const child = spawn(process.execPath, args, { cwd: fromRoot(), env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (piece) => (output += piece));
    child.stderr.on('data', (piece) => (output += piece));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve(true);
      else if (/Tests\s.*\d+ failed/.test(output.replaceAll(/\u001B\[[\d;]*m/g, ''))) resolve(false);
      else reject(new Error(`${suite} could not be run with the bug in it:\n${output}`));
    });
  });
}
