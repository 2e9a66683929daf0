import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reportComplaints } from './api-difference.mjs';
import { compileProject, ownDiagnostics } from './declarations.mjs';

const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** A project whose package has these declarations. */
function projectWith(declarations: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-declarations-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const files = {
    'package.json': '{"type":"module"}',
    'tsconfig.json': '{"compilerOptions":{"module":"NodeNext","strict":true,"noEmit":true,"skipLibCheck":false,"lib":["ES5"],"types":[]}}',
    'user.ts': `import { size } from '@kopfts/core';\nexport const twice: number = size * 2;\n`,
    'node_modules/@kopfts/core/package.json': '{"name":"@kopfts/core","type":"module","exports":{"types":"./index.d.ts"}}',
    'node_modules/@kopfts/core/index.d.ts': declarations,
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe('declarations', () => {
  it('that compile are fine', async () => {
    expect(await compileProject(projectWith('export declare const size: number;'), { version: '6', tsc })).toEqual([]);
  });

  it('that do not compile are named with file and line', async () => {
    const complaints = await compileProject(projectWith('export declare const size: Missing;'), { version: '6', tsc });
    expect(complaints).toEqual(["TypeScript 6: node_modules/@kopfts/core/index.d.ts(1,28): error TS2304: Cannot find name 'Missing'."]);
  });

  it('that do not fit what a user writes are named in the file of the user', async () => {
    const complaints = await compileProject(projectWith('export declare const size: string;'), { version: '6', tsc });
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain('user.ts(2,30): error TS2362');
  });

  it('of others are not ours to judge, but a compiler that says nothing has not compiled', () => {
    expect(ownDiagnostics("node_modules/ws/index.d.ts(3,1): error TS2304: Cannot find name 'X'.\n")).toEqual([]);
    expect(ownDiagnostics('')).toEqual(['it fails and does not say why']);
    expect(ownDiagnostics("error TS5023: Unknown compiler option 'x'.\n")).toHaveLength(1);
  });
});

describe('the public interface', () => {
  const report = new Map([['core.api.md', 'export interface Clock {\n  now(): number;\n}\n']]);

  it('is unchanged when its report is', () => {
    expect(reportComplaints(report, new Map(report))).toEqual([]);
  });

  it('is shown where it changed, with the command that updates the report', () => {
    const [complaint, ...others] = reportComplaints(report, new Map([['core.api.md', 'export interface Clock {\n  now(): bigint;\n}\n']]));
    expect(others).toEqual([]);
    expect(complaint).toContain('docs/api/core.api.md:\n  -   now(): number;\n  +   now(): bigint;\n');
    expect(complaint).toContain('npm run api-report');
  });

  it('needs a report for each entry, and none for others', () => {
    expect(reportComplaints(report, new Map([['cli.api.md', '']])).map((line) => line.split('. ')[0])).toEqual([
      'docs/api/cli.api.md is missing',
      'docs/api/core.api.md is of an entry that does not exist',
    ]);
  });
});
