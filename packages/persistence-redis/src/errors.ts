import { InvalidOptionError, KopfError, nearestName, UnknownOptionError, type KopfErrorOptions } from '@kopfts/core';

/** `KOPF_STORE_AWAY`: Redis cannot be reached, or does not answer; objects wait for it. */
export class StoreAwayError extends KopfError {
  constructor(why: string, options: KopfErrorOptions = {}) {
    super('KOPF_STORE_AWAY', `Redis is away: ${why}. Objects wait until it is back.`, {
      remedy: 'Look after Redis and the way to it; the operator needs no restart.',
      ...options,
    });
  }
}

/** `KOPF_STORE_CONFLICT`: another operator wrote newer progress of the same object; ours was not written. */
export class StoreConflictError extends KopfError {
  constructor(place: string) {
    super(
      'KOPF_STORE_CONFLICT',
      `Another operator wrote newer progress of ${place}; ours was dropped, and the object is looked at again.`,
      {
        remedy: 'Let only one operator of this name handle the kind at a time, or give the other one another name.',
      },
    );
  }
}

/** `KOPF_STORE_FORMAT`: what is stored was written by a newer version of this package. */
export class StoreFormatError extends KopfError {
  constructor(place: string, format: string) {
    super(
      'KOPF_STORE_FORMAT',
      `What is stored of ${place} has format ${format}, which this version cannot read. The object is left alone.`,
      {
        remedy: 'Update @kopfts/persistence-redis to the version that wrote it.',
        context: { format },
      },
    );
  }
}

/** `KOPF_STORE_LOSS`: Redis lost what it had of objects. */
export class StoreLossError extends KopfError {
  constructor(place: string, how: 'lost' | 'went back' | 'unreadable') {
    const what = {
      lost: `Redis has lost what it had of ${place}`,
      'went back': `Redis has an older state of ${place} than it had before`,
      unreadable: `what Redis has of ${place} is not readable`,
    };
    super('KOPF_STORE_LOSS', `${what[how]}; perhaps of others, too. They count as unknown, not as new.`, {
      remedy: 'Look for FLUSHALL, evictions (maxmemory-policy should be noeviction) and fail-overs without persistence.',
      context: { how },
    });
  }
}

/** Reported at the line of the configuration. */
export function invalidOption(option: string, value: unknown, expected: string): InvalidOptionError {
  return new InvalidOptionError(`redis({ ${option} })`, value, expected);
}

/** No such option. */
export function unknownOption(option: string, known: readonly string[]): UnknownOptionError {
  return new UnknownOptionError('redis()', option, nearestName(option, known));
}
