import { createRegistry, type Operator, startOperator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';

export interface Team {
  /** The name of its operator, hence of its annotations and its finalizer. */
  readonly name: string;
  readonly namespace: string;
  readonly greeting: string;
}

function handlersOf({ greeting }: Team, say: (line: string) => void) {
  const kopf = createRegistry();
  kopf.on.create('KopfExample', { id: 'create_fn' }, ({ name, namespace }) => {
    say(`${greeting}, ${String(namespace)}/${name}!`);
    return { greeting };
  });
  kopf.on.cleanup({ id: 'cleanup_fn' }, () => say(`${greeting}: the end.`));
  return kopf;
}

/** An operator for each team, all in this process; resolves when all of them are ready. They end when the signal aborts. */
export async function startTeams(
  teams: readonly Team[],
  { kubeconfig, signal, say }: { readonly kubeconfig: string; readonly signal: AbortSignal; readonly say: (line: string) => void },
): Promise<readonly Operator[]> {
  const operators = await Promise.all(
    teams.map((team) =>
      startOperator(
        {
          name: team.name,
          handlers: [handlersOf(team, say)],
          namespaces: [team.namespace],
          plugins: [kubernetes({ kubeconfig }), annotations()],
          settings: { queueing: { workerLimit: 10 } },
        },
        { signal },
      ),
    ),
  );
  await Promise.all(operators.map(({ ready }) => ready));
  return operators;
}
