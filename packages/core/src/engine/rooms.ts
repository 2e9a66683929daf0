// How many passes may be on their way to their writes (decision 33).
import type { Resource } from '../model/resource.js';
import { createSemaphore, type Semaphore } from './semaphore.js';

/**
 * Passes at work beyond those that can be written at once: they are ready when a write ends. Without that bound the handlers of all objects of a
 * long list would run before the first of their results is written: all of it would be in memory at once, and a crash would lose it.
 */
const READY_TO_WRITE = 32;

/** For passes on their way to their writes. Each kind has room of its own: one whose writes or stores are slow holds up no others. */
export interface Rooms {
  of(resource: Resource): Semaphore;
}

export function createRooms(writeLimit: number): Rooms {
  const rooms = new WeakMap<Resource, Semaphore>();
  return {
    of(resource) {
      let room = rooms.get(resource);
      if (room === undefined) rooms.set(resource, (room = createSemaphore(writeLimit + READY_TO_WRITE)));
      return room;
    },
  };
}
