import type { FactBody, KopfError, ObjectRef } from '@kopfts/core';

type PluginFact = Extract<FactBody, { kind: 'plugin' }>;

/** What a person should know, each once as long as it lasts. Owned by one operator. */
export interface Reports {
  /** Once per code, until `over`. `name`: of the fact. */
  tell(name: string, error: KopfError, level: 'warn' | 'error'): void;
  /** It is over: the next time is told again. */
  over(name: string, message: string): void;
}

export function createReports(plugin: string, emit: (fact: PluginFact) => void): Reports {
  const told = new Set<string>();
  return {
    tell(name, error, level) {
      if (told.has(name)) return;
      told.add(name);
      const { code, message, remedy = null } = error;
      emit({ kind: 'plugin', plugin, name, data: { level, message, code, remedy } });
    },
    over(name, message) {
      if (told.delete(name)) emit({ kind: 'plugin', plugin, name: `${name}-over`, data: { level: 'info', message } });
    },
  };
}

/** As people call it. */
export function placeText({ resource, namespace, name }: ObjectRef): string {
  return `${resource.plural} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
