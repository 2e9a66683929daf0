// Whoever comes from Kopf finds each of its public names in the guide, with ours beside it: which exist.
import { readdirSync, readFileSync } from 'node:fs';
import { createRegistry, parseSettings } from '@kopfts/core';
import { describe, expect, it } from 'vitest';

const text = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const packages = readdirSync(new URL('../..', import.meta.url));
const exported = new Set(
  packages
    .filter((name) => name !== 'apiserver')
    .flatMap((name) => [...text(`../../${name}/src/index.ts`).matchAll(/export (?:type )?\{([^}]*)\}/g)])
    .flatMap(([, names = '']) => names.split(',').map((name) => name.trim().replace(/^type /, ''))),
);

const inCode = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
const section = /^## Names\n([\s\S]*?)(?=^## )/m.exec(text('../../../docs/migrating-from-kopf.md'))?.[1] ?? '';
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, kopf = '', here = '']) => ({ kopf: inCode(kopf), here: inCode(here), cell: here }));
const ours = new Map(rows.flatMap(({ kopf, here }) => kopf.map((name) => [name, here] as const)));

/** What a name of the guide stands for; `undefined`: it is code, or an option of the command line. */
function exists(name: string): boolean | undefined {
  if (/^\w+$/.test(name)) return exported.has(name);
  const [root = '', ...path] = name.split('.');
  if (!/^[\w.]+$/.test(name) || (root !== 'kopf' && root !== 'settings')) return undefined;
  const start: unknown = root === 'kopf' ? createRegistry() : parseSettings();
  return (
    path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], start) !== undefined ||
    keyOf(start, path)
  );
}

/** Settings without a default. */
function keyOf(start: unknown, path: readonly string[]): boolean {
  const [stanza = '', key = ''] = path;
  const value: unknown = (start as Readonly<Record<string, unknown>>)[stanza];
  return typeof value === 'object' && value !== null && key in value;
}

describe('the names of Kopf', () => {
  it.each([
    {
      id: 'API-01',
      what: 'for declaring handlers',
      names: 'on.event on.create on.update on.delete on.resume on.field timer subhandler register execute',
    },
    { id: 'API-02', what: 'for running', names: 'run operator spawn_tasks run_tasks' },
    {
      id: 'API-03',
      what: 'of errors',
      names: 'TemporaryError PermanentError HandlerTimeoutError HandlerRetriesError LoginError ErrorsMode',
    },
    { id: 'API-04', what: 'of filters and selectors', names: 'PRESENT ABSENT not_ all_ any_ none_ EVERYTHING Resource' },
    {
      id: 'API-05',
      what: 'of settings and storages',
      names:
        'OperatorSettings ProgressRecord ProgressStorage AnnotationsProgressStorage StatusProgressStorage SmartProgressStorage DiffBaseStorage AnnotationsDiffBaseStorage StatusDiffBaseStorage',
    },
    {
      id: 'API-06',
      what: 'of Kubernetes Events and hierarchies',
      names:
        'event info warn exception adopt label harmonize_naming adjust_namespace append_owner_reference remove_owner_reference build_object_reference build_owner_reference',
    },
    { id: 'API-07', what: 'of credentials', names: 'ConnectionInfo AiohttpSession login_with_kubeconfig login_with_service_account' },
    {
      id: 'API-09',
      what: 'of types',
      names:
        'Body Spec Meta Status Labels Annotations BodyEssence RawBody RawEvent RawEventType Patch PatchFn Diff DiffItem DiffOperation Memo Logger ObjectLogger LocalObjectLogger HandlerId Reason DaemonStopped DaemonStoppingReason FieldSpec FieldPath ObjectReference OwnerReference',
    },
    {
      id: 'API-10',
      what: 'of registries, lifecycles, versions and tests',
      names: 'OperatorRegistry lifecycles get_default_lifecycle __version__ testing.KopfRunner',
    },
  ])('$id $what have a counterpart that exists', ({ names }) => {
    const missing = names.split(' ').filter((name) => !(ours.get(name) ?? []).some((here) => exists(here) === true));
    expect(missing).toEqual([]);
    const wrong = names.split(' ').flatMap((name) => (ours.get(name) ?? []).filter((here) => exists(here) === false));
    expect(wrong).toEqual([]);
  });

  it('are all in the guide once, and what has no counterpart says why', () => {
    const all = rows.flatMap(({ kopf }) => kopf);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
    const silent = rows.filter(
      ({ here, cell }) => here.every((name) => exists(name) !== true) && !/^(—|not there yet$|options of)/.test(cell),
    );
    expect(silent).toEqual([]);
    for (const name of [
      'on.startup',
      'on.probe',
      'on.mutate',
      'daemon',
      'index',
      'AdmissionError',
      'MultiDiffBaseStorage',
      'Index',
      'set_default_registry',
    ]) {
      expect(ours.has(name), name).toBe(true);
    }
  });
});
