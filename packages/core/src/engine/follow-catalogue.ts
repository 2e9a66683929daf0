import type { EngineContext } from './context.js';

/** Looks again at what is served whenever that may have changed, until the operator stops. */
export async function followCatalogue(ctx: EngineContext): Promise<void> {
  await untilStopped(
    ctx.stopping,
    (async () => {
      for await (const _changed of ctx.client.catalogueChanges(ctx.stopping)) ctx.rediscover();
    })(),
  );
}

/** A task that may fail by the stop of the operator. */
export async function untilStopped(stopping: AbortSignal, task: Promise<void>): Promise<void> {
  try {
    await task;
  } catch (error) {
    if (!stopping.aborted) throw error;
  }
}
