import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorText } from '@kopfts/core';

/** Where in the user's code an import failed, and what is wrong there. */
export interface ImportFailure {
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly message: string;
}

/** Esbuild, by which tsx compiles: `/work/a.ts:3:11: ERROR: Expected …`. */
const COMPILE = /^(.+?):(\d+):\d+: ERROR: (.+)$/m;
const NOT_FOUND = /Cannot find (?:module|package) '([^']+)'(?: imported from '?([^'\n]+?)'?(?:\n|$)|[\s\S]*?Require stack:\n- ([^\n]+))/;
/** Node puts the place of a syntax error above the stack. */
const SYNTAX = /^(file:\/\/[^\n]+?|\/[^\n]+?):(\d+)\n/;
const FRAME = /(?:\(|at (?:async )?)((?:file:\/\/)?\/[^()]+?):(\d+):\d+\)?$/;

/** Finds file and line of an error at import; of a stack, the first frame below the folder of the user's code goes first. */
export function locateImportFailure(error: unknown, folder: string): ImportFailure {
  const message = errorText(error);
  const compiled = COMPILE.exec(message);
  if (compiled !== null) return { file: pathOf(compiled[1]), line: Number(compiled[2]), message: compiled[3] ?? message };
  const missing = NOT_FOUND.exec(message);
  if (missing !== null) return missingModule(missing);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const syntax = SYNTAX.exec(stack);
  if (syntax !== null) return { file: pathOf(syntax[1]), line: Number(syntax[2]), message };
  const frames = stack.split('\n').flatMap(userFrames);
  const frame = frames.find(({ file }) => file.startsWith(folder)) ?? frames[0];
  return { file: frame?.file, line: frame?.line, message };
}

/** `handlers.ts:3`, seen from the working directory; without a line `handlers.ts`. */
export function placeOf(failure: ImportFailure, cwd: string, fallback: string): string {
  const file = relative(cwd, failure.file ?? fallback);
  return failure.line === undefined ? file : `${file}:${String(failure.line)}`;
}

function missingModule(match: RegExpExecArray): ImportFailure {
  const file = pathOf(match[2] ?? match[3]);
  const wanted = match[1] ?? '';
  const specifier = file !== undefined && isAbsolute(wanted) ? relativeSpecifier(dirname(file), wanted) : wanted;
  return {
    file,
    line: file === undefined ? undefined : lineNaming(file, wanted),
    message: `it imports '${specifier}', which does not exist`,
  };
}

function relativeSpecifier(folder: string, file: string): string {
  const path = relative(folder, file);
  return path.startsWith('.') ? path : `./${path}`;
}

/** The line with the last part of the specifier in quotes; the loader tells the file, but not the line. */
function lineNaming(file: string, wanted: string): number | undefined {
  const last = wanted.split('/').pop() ?? wanted;
  try {
    const index = readFileSync(file, 'utf8')
      .split('\n')
      .findIndex((line) => /\b(?:import|from|require)\b/.test(line) && line.includes(last));
    return index === -1 ? undefined : index + 1;
  } catch {
    return undefined; // Gone in the meantime: the file alone must do.
  }
}

function userFrames(line: string): readonly { readonly file: string; readonly line: number }[] {
  const match = FRAME.exec(line.trim());
  const file = pathOf(match?.[1]);
  if (match === null || file === undefined || /\/node_modules\/|\/dist\//.test(file)) return [];
  return [{ file, line: Number(match[2]) }];
}

function pathOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bare = text.replace(/\?[^?]*$/, '');
  return bare.startsWith('file:') ? fileURLToPath(bare) : bare;
}
