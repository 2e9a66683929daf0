import type { OperatorConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness } from '@kopfts/testing';
import { catchPrinted, DEFINITION, type EventRecord, type Stage } from './stage.js';

/** On the in-memory API server, in virtual time: an hour passes in a moment. With the kind of the examples, or others. */
export async function embeddedStage(config: OperatorConfig, seed = 1, definitions = [DEFINITION]): Promise<Stage> {
  const printed = catchPrinted();
  const world = await createHarness({
    seed,
    crds: definitions,
    config: ({ transport }) => ({ ...config, plugins: [kubernetes({ transport }), annotations()] }),
  });
  await world.start();
  return {
    create: async (object) => {
      await world.create(object);
    },
    patch: async (name, patch) => {
      await world.patch(name, patch);
    },
    remove: async (name) => {
      await world.delete(name);
    },
    get: async (name) => {
      await world.settle();
      return world.get(name);
    },
    list: async (kind, namespace) => {
      await world.settle();
      return world.list({ ...kind, namespace });
    },
    async eventsOf({ metadata }) {
      await world.settle();
      const posted = world.calls.filter(({ method, path }) => method === 'POST' && path.includes('/events'));
      return posted
        .map(({ body }) => body as EventRecord & { readonly involvedObject: { readonly name: string } })
        .filter(({ involvedObject }) => involvedObject.name === metadata.name);
    },
    async until(expectation) {
      for (let seconds = 0; ; seconds += 1) {
        try {
          await world.settle();
          await expectation();
          return;
        } catch (error) {
          if (seconds >= 60) throw error;
          await world.advance(1);
        }
      }
    },
    pass: (seconds) => world.advance(seconds),
    restartOperator: () => world.restart(),
    printed: printed.lines,
    facts: () => world.facts,
    close: async () => {
      printed.release();
      await world.close();
    },
  };
}
