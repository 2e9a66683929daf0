import {
  createRecordingFactSink,
  createRegistry,
  startOperator,
  type ActivityArgs,
  type ActivityFunction,
  type Fact,
  type LoginFunction,
  type Plugin,
} from '@kopfts/core';
import { createMemoryStores } from '@kopfts/core/contracts';
import { kubernetes, type KubernetesOptions } from '../../src/index.js';

/** An operator that only starts, and the argument of its startup handler. */
export interface HandlerOnCluster {
  readonly ctx: ActivityArgs;
  facts(): readonly Fact[];
  /** As that of the operator. */
  readonly stopped: Promise<void>;
  close(): Promise<void>;
}

const stores: Plugin = {
  name: 'memory-stores',
  setup(host) {
    const { progress, diffBase } = createMemoryStores();
    host.contribute('progressStore', { open: () => progress });
    host.contribute('diffBaseStore', { open: () => diffBase });
  },
};

/** Starts it, with login handlers if they are given. */
export async function handlerOn(
  options: KubernetesOptions,
  logins: readonly LoginFunction[] = [],
  more: { readonly cleanup?: ActivityFunction } = {},
): Promise<HandlerOnCluster> {
  const kopf = createRegistry();
  let ctx: ActivityArgs | undefined;
  kopf.on.startup({ id: 'catch' }, (args) => {
    ctx = args;
  });
  for (const [index, login] of logins.entries()) kopf.on.login({ id: `login-${String(index + 1)}` }, login);
  if (more.cleanup !== undefined) kopf.on.cleanup({ id: 'clean' }, more.cleanup);
  const sink = createRecordingFactSink();
  const config = { name: 'caller', handlers: [kopf], clusterwide: true, plugins: [kubernetes(options), stores] };
  const operator = await startOperator(config, { factSinks: [sink] });
  await operator.ready.catch(async (error: unknown) => {
    await operator.stopped;
    throw error;
  });
  if (ctx === undefined) throw new Error('no handler was called');
  return { ctx, facts: () => sink.facts, stopped: operator.stopped, close: () => operator.stop() };
}
