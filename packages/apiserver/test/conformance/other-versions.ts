// What other versions of kube-apiserver answer otherwise than the one that this server is like. Recorded by the cases themselves:
// `KOPFTS_KUBERNETES=1.34 KOPFTS_RECORD=1 npx vitest run --project real packages/apiserver/test/conformance.real.test.ts`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface OtherVersion {
  /** What a case finds there. */
  expected(name: string): readonly string[];
  /** What it found, without what is drawn anew in each run, and without what the usual version says. */
  comparable(problems: readonly string[]): readonly string[];
  /** Keeps what was found. */
  record(name: string, found: readonly string[]): void;
}

/** `run` is the part of names that is drawn anew. Absent: the usual version, which differs nowhere. */
export function openOtherVersion(version: string | undefined, run: string): OtherVersion | undefined {
  if (version === undefined || version === '') return undefined;
  const file = fileURLToPath(new URL(`differences-${version}.json`, import.meta.url));
  const read = (): Record<string, readonly string[]> =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, readonly string[]>) : {};
  const known = read();
  return {
    expected: (name) => known[name] ?? [],
    comparable: (problems) =>
      problems.map((problem) =>
        (problem.split(' instead of ')[0] ?? '').replaceAll(new RegExp(`c\\d+-${run}`, 'g'), '{ns}').replaceAll(run, '{run}'),
      ),
    record: (name, found) => {
      const { [name]: _old, ...others } = read();
      const all = found.length === 0 ? others : { ...others, [name]: found };
      writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`);
    },
  };
}
