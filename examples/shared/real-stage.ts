import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRecordingFactSink, startOperator, type ObjectBody, type OperatorConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { inject, vi } from 'vitest';
import { define, undefine } from '../../tools/kube-apiserver/definitions.js';
import type {} from '../../tools/kube-apiserver/global-setup.js';
import { PATIENCE_MS } from '../../tools/kube-apiserver/patience.js';
import { catchPrinted, DEFINITION, type EventRecord, type ObjectName, type Stage } from './stage.js';

const run = promisify(execFile);
const PATIENCE = { timeout: PATIENCE_MS, interval: 50 } as const;

/** What the command says. */
export async function kubectl(args: readonly string[], input?: object): Promise<string> {
  const { assetsDir, kubeconfigPath, dataDir } = inject('controlPlane');
  // What it remembers of kinds is of this server alone.
  const child = run(join(assetsDir, 'kubectl'), ['--kubeconfig', kubeconfigPath, ...args], { env: { ...process.env, HOME: dataDir } });
  if (input !== undefined) child.child.stdin?.end(JSON.stringify(input));
  return (await child).stdout;
}

/** With the kind of the examples on the server, and without it afterwards. */
export async function withDefinition(act: () => Promise<void>): Promise<void> {
  const place = inject('controlPlane');
  await define(place, DEFINITION);
  try {
    await act();
  } finally {
    await undefine(place, DEFINITION);
  }
}

/** On a real kube-apiserver, in real time; kubectl is the somebody else. */
export async function realStage(config: OperatorConfig, definition = DEFINITION): Promise<Stage> {
  const place = inject('controlPlane');
  const { kubeconfigPath } = place;
  const read = async <T>(args: readonly string[]): Promise<T | undefined> => {
    const text = await kubectl(['get', '--ignore-not-found', '-o', 'json', ...args]);
    return text === '' ? undefined : (JSON.parse(text) as T);
  };
  // kubectl knows the kinds of the core API by their names alone.
  const typeOf = ({ kind, apiVersion }: Pick<ObjectName, 'apiVersion' | 'kind'>): string =>
    apiVersion.includes('/') ? `${kind}.${apiVersion.split('/').toReversed().join('.')}` : kind;
  const at = ({ kind, apiVersion, metadata }: ObjectName): readonly string[] => [
    '-n',
    metadata.namespace,
    typeOf({ apiVersion, kind }),
    metadata.name,
  ];
  await define(place, definition);
  const printed = catchPrinted();
  const sink = createRecordingFactSink();
  const start = async () => {
    const plugins = [kubernetes({ kubeconfig: kubeconfigPath }), annotations()];
    const started = await startOperator({ ...config, plugins }, { factSinks: [sink] });
    await started.ready;
    return started;
  };
  let operator = await start();
  return {
    create: async (object) => {
      await kubectl(['create', '-f', '-'], object);
    },
    patch: async (name, patch) => {
      await kubectl(['patch', ...at(name), '--type=merge', '-p', JSON.stringify(patch)]);
    },
    remove: async (name) => {
      // Somebody else may be quicker: who collects garbage, too.
      await kubectl(['delete', ...at(name), '--ignore-not-found', '--wait=false']);
    },
    get: (name) => read<ObjectBody>(at(name)),
    async list(kind, namespace) {
      const found = await read<{ items: readonly ObjectBody[] }>(['-n', namespace, typeOf(kind)]);
      return found?.items ?? [];
    },
    async eventsOf({ metadata }) {
      const selector = `involvedObject.name=${metadata.name}`;
      const list = await read<{ items: readonly EventRecord[] }>(['events', '-n', metadata.namespace, '--field-selector', selector]);
      return list?.items ?? [];
    },
    until: (expectation) => vi.waitFor(expectation, PATIENCE),
    pass: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    async restartOperator() {
      await operator.stop();
      operator = await start();
    },
    printed: printed.lines,
    facts: () => sink.facts,
    async close() {
      printed.release();
      await operator.stop();
      await undefine(place, definition);
    },
  };
}
