import { createRegistry, TemporaryError } from '@kopfts/core';

/** Of the operator; the memos of objects are shallow copies of it, so all of them have the same map. */
export interface Memo {
  /** What runs beside the handlers, by the uid of the object: how to end it, and when it has ended. */
  readonly tasks: Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>;
}

const kopf = createRegistry<Memo>({ memo: (operator) => operator ?? { tasks: new Map() } });
export default kopf;

kopf.on.startup({ id: 'startup_fn_simple' }, ({ settings, logger }) => {
  settings.process.ultimateExitingTimeout = '20s'; // Kubernetes kills the process after 30.
  logger.info('Starting in 3, 2, 1…');
});

kopf.on.startup({ id: 'startup_fn_retried' }, ({ retry }) => {
  if (retry < 3) throw new TemporaryError('Failing for the first few attempts.', { delay: '100ms' });
});

kopf.on.probe({ id: 'now' }, () => new Date().toISOString());

kopf.on.probe({ id: 'tasks' }, ({ memo }) => memo.tasks.size);

kopf.on.event('pods', { id: 'pod_task' }, async ({ memo, uid, name, type, logger }) => {
  const running = memo.tasks.get(uid);
  if (type === 'DELETED') {
    running?.stop.abort();
    await running?.done;
    memo.tasks.delete(uid);
  } else if (running === undefined) {
    const stop = new AbortController();
    const done = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
    memo.tasks.set(uid, { stop, done });
    logger.info(`Served by the background task of ${name}.`);
  }
});

kopf.on.cleanup({ id: 'cleanup_fn' }, async ({ memo, logger }) => {
  for (const { stop } of memo.tasks.values()) stop.abort();
  await Promise.all([...memo.tasks.values()].map(({ done }) => done));
  logger.info(`${String(memo.tasks.size)} background tasks have ended.`);
});
