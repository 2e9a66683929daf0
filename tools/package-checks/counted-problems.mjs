/**
 * Left out, because the packages are ES modules only (docs/decisions/0001-esm-only.md):
 * - `CJSResolvesToESM`: "a `require()` gets an ES module". It does, and Node >= 20.19, which `engines` asks for, gives it the one copy.
 * - the resolution of Node 10, which knows no `exports`. Nothing below Node 20.19 can run the packages; TypeScript 6 calls it deprecated.
 */
const ignoredProblems = new Set(['CJSResolvesToESM']);
const ignoredResolutions = new Set(['node10']);

/** Pure: the problems that count, of those that "are the types wrong?" finds. */
export function countedProblems(problems) {
  return problems.filter(({ kind, resolutionKind }) => !ignoredProblems.has(kind) && !ignoredResolutions.has(resolutionKind));
}
