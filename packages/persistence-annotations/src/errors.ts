import { InvalidOptionError, nearestName, UnknownOptionError } from '@kopfts/core';

/** The options are checked in `annotations()`, so that a wrong one is reported at the line of the configuration. */
export function invalidOption(option: string, value: unknown, expected: string): InvalidOptionError {
  return new InvalidOptionError(`annotations({ ${option} })`, value, expected);
}

/** No such option. */
export function unknownOption(option: string, known: readonly string[]): UnknownOptionError {
  return new UnknownOptionError('annotations()', option, nearestName(option, known));
}
