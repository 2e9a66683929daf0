import type { DrawnHandler, DrawnStory } from '../swarm/draw-story.js';

const handler = (name: string, family: DrawnHandler['family'], failures: number): DrawnHandler => ({
  name,
  family,
  kind: 'first',
  failures,
  endsBadly: false,
  delayMs: 1000,
  takesMs: 0,
  retries: undefined,
  optional: false,
  labelled: false,
  field: undefined,
  returns: true,
  subHandlers: 0,
});

/** The operator of the small world: one handler for each change, of which that of creations fails once. Nothing is done to objects by itself. */
export const SMALL_STORY: DrawnStory = {
  handlers: [handler('h0', 'create', 1), handler('h1', 'update', 0), handler('h2', 'delete', 0)],
  commands: [],
  setup: {
    initialList: 'auto',
    pageSize: undefined,
    workerLimit: undefined,
    writeLimit: undefined,
    eventLimit: undefined,
    flushAfterMs: undefined,
    rarely: undefined,
  },
  mishaps: [],
  restsADay: false,
};
