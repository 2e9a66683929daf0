import type { BuiltOperator } from './run-built.js';

/** What a built operator is made of, but for its modules. */
export type BuiltParts = Omit<BuiltOperator, 'modules'>;

/** The module that a built file begins with. `runner` is the file of `startBuilt`, `root` the folder that `/` of the found files stands for. */
export function entryText(parts: BuiltParts, { runner, root }: { readonly runner: string; readonly root: string }): string {
  const modules = parts.found.modules.map((path) => `  ${JSON.stringify(path)}: () => import(${JSON.stringify(joined(root, path))}),`);
  return [
    `import { startBuilt } from ${JSON.stringify(runner)};`,
    `const modules = {`,
    ...modules,
    `};`,
    `startBuilt({ ...${JSON.stringify(parts)}, modules });`,
    '',
  ].join('\n');
}

function joined(root: string, path: string): string {
  return `${root.replace(/\/$/, '')}${path}`;
}
