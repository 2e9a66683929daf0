// A process of its own that loads a project once per step, and says what came of it: `reload-steps.ts FOLDER STEPS`, where each step is files to save.
import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createReloadingLoader } from '../src/reload/reloading-loader.js';
import { write } from './fake-io.js';

/** `null`: it is removed. A text alone is as if it had been there for long; `{ now }` is saved at this moment. */
export type Step = Readonly<Record<string, string | { readonly now: string } | null>>;

/** What came of a step. */
export interface StepResult {
  readonly changed: readonly string[];
  /** What the function that `main.ts` exports by default returned; nothing if it could not be loaded. */
  readonly said: unknown;
  /** How often each module was evaluated so far. */
  readonly evaluated: Readonly<Record<string, number>>;
}

const evaluated: Record<string, number> = {};
Object.assign(globalThis, { evaluated });
const [cwd = '', steps = '[]'] = process.argv.slice(2);
const loader = createReloadingLoader();
const results: StepResult[] = [];
for (const step of JSON.parse(steps) as readonly Step[]) {
  for (const [name, text] of Object.entries(step)) save(name, text);
  results.push(await load());
}
await loader.dispose();
process.stdout.write(JSON.stringify(results));

function save(name: string, text: Step[string]): void {
  const file = join(cwd, name);
  if (text === null) return rmSync(file);
  if (typeof text === 'object') return write(cwd, name, text.now);
  write(cwd, name, text);
  // What is written while it is read counts as changed.
  const past = new Date(Date.now() - 60_000);
  utimesSync(file, past, past);
}

async function load(): Promise<StepResult> {
  try {
    const { value, changed } = await loader.reload(() => loader.importModule(join(cwd, 'main.ts'), 0));
    const { default: main } = value as { readonly default: (() => unknown) | { readonly default: () => unknown } };
    const said: unknown = await (typeof main === 'function' ? main() : main.default());
    return { changed: [...changed].map((file) => file.slice(cwd.length + 1)).sort(), said, evaluated: { ...evaluated } };
  } catch {
    return { changed: [], said: undefined, evaluated: { ...evaluated } };
  }
}
