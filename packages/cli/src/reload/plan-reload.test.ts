import { createRegistry, type OperatorConfig, type Plugin, type Registry } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { planReload, type LoadedProject, type ProjectChange } from './plan-reload.js';

const plugin = (name: string): Plugin => ({ name, setup: () => undefined });

function registryWith(...ids: readonly string[]): Registry {
  const kopf = createRegistry();
  for (const id of ids) kopf.on.event('pods', { id }, () => undefined);
  return kopf;
}

function projectOf(handlers: readonly Registry[], more: Partial<OperatorConfig> = {}): LoadedProject {
  const config: OperatorConfig = { name: 'one', handlers, plugins: [plugin('p')], ...more };
  return {
    config,
    configFiles: ['/config.ts'],
    handlers: handlers.flatMap((registry) => registry.handlers),
    activities: handlers.flatMap((registry) => registry.activities),
  };
}

const graph = {
  imports: new Map([
    ['/config.ts', new Set(['/handlers.ts', '/plugins.ts'])],
    ['/handlers.ts', new Set(['/own.ts'])],
  ]),
  registries: new Map([['/handlers.ts', new Set<string>()]]),
};
const planned = (before: LoadedProject, after: LoadedProject, ...changed: readonly string[]) => {
  const change: ProjectChange = { before, after, changed: new Set(changed), graph };
  return planReload(change);
};

describe('a changed project', () => {
  const [kept, old, fresh] = [registryWith('kept', 'too'), registryWith('changed'), registryWith('changed', 'more')];

  it('is nothing to do where every declaration is the same', () => {
    expect(planned(projectOf([kept]), projectOf([kept]), '/own.ts')).toEqual({ kind: 'nothing' });
  });

  it('is handlers to exchange where only handlers are others', () => {
    expect(planned(projectOf([kept, old]), projectOf([kept, fresh]), '/handlers.ts')).toEqual({ kind: 'handlers', kept: 2, others: 2 });
    expect(planned(projectOf([kept, old]), projectOf([kept]))).toEqual({ kind: 'handlers', kept: 2, others: 0 });
    expect(planned(projectOf([kept, old]), projectOf([old, kept]))).toEqual({ kind: 'handlers', kept: 3, others: 0 });
  });

  it.each([
    { what: 'its configuration was edited', changed: ['/config.ts'], more: {} },
    { what: 'what its configuration imports was edited', changed: ['/plugins.ts'], more: {} },
    { what: 'its settings are others', changed: ['/handlers.ts'], more: { settings: { queueing: { workerLimit: 1 } } } },
    { what: 'its scope is another one', changed: ['/handlers.ts'], more: { namespaces: ['x'] } },
    { what: 'its name is another one', changed: ['/handlers.ts'], more: { name: 'two' } },
    { what: 'its plugins have other names', changed: ['/handlers.ts'], more: { plugins: [plugin('q')] } },
  ])('is another operator if $what', ({ changed, more }) => {
    expect(planned(projectOf([kept]), projectOf([kept], more), ...changed)).toMatchObject({ kind: 'restart' });
  });

  it.each(['startup', 'cleanup', 'login'] as const)(
    'is another operator if a handler of on.%s was evaluated anew, and none if it was not',
    (activity) => {
      const withLife = () => {
        const kopf = createRegistry();
        if (activity === 'login') kopf.on.login({ id: 'a' }, () => undefined);
        else kopf.on[activity]({ id: 'a' }, () => undefined);
        return kopf;
      };
      const life = withLife();
      expect(planned(projectOf([life, old]), projectOf([withLife(), fresh]))).toMatchObject({ kind: 'restart' });
      expect(planned(projectOf([life, old]), projectOf([life, fresh]))).toMatchObject({ kind: 'handlers' });
    },
  );

  it('is handlers to exchange if it is a probe that changed', () => {
    const probing = () => {
      const kopf = createRegistry();
      kopf.on.probe({ id: 'p' }, () => 1);
      return kopf;
    };
    expect(planned(projectOf([probing()]), projectOf([probing()]))).toEqual({ kind: 'handlers', kept: 0, others: 0 });
  });
});
