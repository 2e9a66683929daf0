import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly uses?: string;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const root = join(import.meta.dirname, '..');
const folder = join(root, '.github/workflows');
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;
const read = (name: string) => ({ name, text: readFileSync(join(folder, name), 'utf8') });
const workflows = readdirSync(folder)
  .map(read)
  .map(({ name, text }) => ({ name, text, workflow: parse(text, { strict: true }) as Workflow }));
const stepsOf = (workflow: Workflow) => Object.values(workflow.jobs).flatMap((job) => job.steps ?? []);
const commands = workflows.flatMap(({ workflow }) =>
  stepsOf(workflow).flatMap((step) => [step.run, step.uses?.startsWith('changesets/') ? String(step.with?.version) : undefined]),
);

function whatIsWrong(command: string): string | undefined {
  const script = /^npm run (\S+)/.exec(command)?.[1];
  if (script !== undefined) return script in scripts ? undefined : `there is no script ${script}`;
  const file = /^(\.\S+)$/.exec(command)?.[1];
  if (file !== undefined) return existsSync(join(root, file)) ? undefined : `there is no ${file}`;
  return /^npm ci( --ignore-scripts)?$|^git push --tags$/.test(command) ? undefined : `${command} is not known here`;
}

describe('the workflows', () => {
  it('run only what there is', () => {
    const lines = commands.filter((command) => command !== undefined).flatMap((command) => command.trim().split('\n'));
    expect(lines).toContain('.ci/run');
    expect(lines).toContain('npm run release:publish');
    expect(lines.map(whatIsWrong).filter((line) => line !== undefined)).toEqual([]);
  });

  it('use actions by commit, with the version beside it, and workflows that are there', () => {
    const used = workflows.flatMap(({ text }) => [...text.matchAll(/uses: (.+)$/gm)].map(([, what = '']) => what));
    expect(used.length).toBeGreaterThan(5);
    for (const what of used) {
      if (what.startsWith('./')) expect(existsSync(join(root, what)), what).toBe(true);
      else expect(what).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it('may do nothing but read, but for the jobs that must', () => {
    const rights = workflows.flatMap(({ name, workflow }) =>
      Object.entries(workflow.jobs).map(([job, { permissions }]) => [`${name} ${job}`, permissions ?? workflow.permissions] as const),
    );
    expect(Object.fromEntries(rights)).toEqual({
      'ci.yml all': { contents: 'read' },
      'release.yml version': { contents: 'write', 'pull-requests': 'write' },
      'release.yml test': { contents: 'read' },
      'release.yml publish': { contents: 'read', 'id-token': 'write' },
      'release.yml tag': { contents: 'write' },
    });
  });

  it('keep no token for publishing, and never run foreign code with rights', () => {
    for (const { text, workflow } of workflows) {
      expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
      expect([...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name).filter((name) => name !== 'GITHUB_TOKEN')).toEqual([]);
    }
  });
});
