/** How much an import loads: files of JavaScript and their bytes, of packages of others, too. No clock: the same on every machine. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { userEnvironment } from './child.mjs';

const run = promisify(execFile);

/** Asks the engine which scripts it has parsed, whoever loaded them. */
const script = (entry) => `
import { Session } from 'node:inspector';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
await import(${JSON.stringify(entry)});
const files = new Set();
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params: { url } }) => {
  if (url.includes('node_modules')) files.add(url.startsWith('file:') ? fileURLToPath(url) : url);
});
session.post('Debugger.enable');
session.disconnect();
const bytes = [...files].reduce((sum, file) => sum + statSync(file).size, 0);
console.log(JSON.stringify({ modules: files.size, bytes }));
process.exit(0);
`;

/** `{ modules, bytes }` of the import of an entry in a user's project. */
export async function importWeight(folder, entry) {
  const args = ['--no-warnings', '--input-type=module', '-e', script(entry)];
  const { stdout } = await run(process.execPath, args, { cwd: folder, env: userEnvironment({}) });
  return JSON.parse(stdout);
}

/** That `require()` of an entry works, and gives what `import` gives; complaints. */
export async function requireComplaints(folder, entry) {
  const code = `const required = require('${entry}');
    import('${entry}').then((imported) => {
      const names = Object.keys(imported).filter((name) => name !== 'default' && name !== 'module.exports');
      if (names.length === 0) throw new Error('exports nothing');
      for (const name of names) if (required[name] !== imported[name]) throw new Error(name + ' is another one when required');
    }).catch((error) => { console.error(error.message); process.exit(1); });`;
  try {
    await run(process.execPath, ['--no-warnings', '-e', code], { cwd: folder, env: userEnvironment({}) });
    return [];
  } catch (error) {
    return [String(error.stderr).trim().split('\n').slice(-12).join('\n')];
  }
}
