/** The project of the TypeScript user compiled by every compiler that users have, under the strictest options, our declarations included. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Written once into the project; `entries` are all that users can import, also those that the project has no use for. */
export async function writeCompilation(folder, entries) {
  const compilerOptions = {
    target: 'ES2023',
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    verbatimModuleSyntax: true,
    noEmit: true,
    skipLibCheck: false,
    types: ['node'],
  };
  const tsconfig = { extends: '@tsconfig/strictest/tsconfig.json', compilerOptions, include: ['*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  const lines = entries.map((entry, index) => `import * as part${index} from '${entry}';\nconsole.log(part${index});\n`);
  await writeFile(join(folder, 'entries.ts'), lines.join(''));
}

/** Complaints of one compiler, `{ version, tsc }`, about the project and our declarations. */
export async function compileProject(folder, { version, tsc }) {
  try {
    await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { cwd: folder, maxBuffer: 1 << 26 });
    return [];
  } catch (error) {
    return ownDiagnostics(String(error.stdout || error.stderr || error.message)).map((line) => `TypeScript ${version}: ${line}`);
  }
}

/**
 * Pure: what a compiler said about the user's files and ours. What it finds in declarations of others (an old compiler in new ones of a
 * dependency) is no mistake of ours; that it compiles nothing at all is one.
 */
export function ownDiagnostics(output) {
  const lines = output.split('\n').filter((line) => /\berror TS\d+/.test(line));
  if (lines.length === 0) return [output.trim() || 'it fails and does not say why'];
  return lines.filter((line) => !/node_modules[\\/](?!@kopfts[\\/])/.test(line.split(/\(\d+,\d+\)/)[0])).slice(0, 12);
}
