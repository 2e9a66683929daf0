import { createRegistry } from '@kopfts/core';
import { api } from '@kopfts/kubernetes';

/** Not the pods of the cluster itself. */
const options = { when: ({ namespace }: { readonly namespace: string | undefined }) => !(namespace ?? '').startsWith('kube-') };

/** `seconds`: how long a pod has, from when it came into sight. */
export function createHandlers(seconds = 30) {
  const kopf = createRegistry();

  /** New ones, and those that were there when the operator started. */
  function announce({ logger }: { readonly logger: { info(message: string): void } }): void {
    logger.info(`=== Pod killing happens in ${String(seconds)}s.`);
  }

  kopf.on.create('pods', { id: 'pod_in_sight', ...options }, announce);
  kopf.on.resume('pods', { id: 'pod_in_sight', ...options }, announce);

  /** Once, half a minute after the pod came into sight. It ends with its pod: there is nothing to be cancelled by hand. */
  kopf.timer('pods', { id: 'pod_killer', initialDelay: seconds, ...options }, async (ctx) => {
    ctx.logger.info('=== Pod killing happens!');
    ctx.memo.killed = true;
    await api(ctx).delete(ctx.body);
  });

  kopf.on.delete('pods', { id: 'pod_killed', ...options }, ({ logger, memo }) => {
    if (memo.killed !== true) logger.info('=== Pod killing is cancelled!');
  });

  return kopf;
}

export default createHandlers();
