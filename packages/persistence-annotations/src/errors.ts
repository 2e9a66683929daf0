import { InvalidOptionError, nearestName, UnknownOptionError } from '@kopfts/core';

/** The options are checked in `annotations()` and `status()`, so that a wrong one is reported at the line of the configuration. */
export function invalidOption(option: string, value: unknown, expected: string): InvalidOptionError {
  return new InvalidOptionError(option, value, expected);
}

/** No such option. */
export function unknownOption(plugin: string, option: string, known: readonly string[]): UnknownOptionError {
  return new UnknownOptionError(`${plugin}()`, option, nearestName(option, known));
}
