import { InvalidOptionError, KopfError, nearestName, UnknownOptionError } from '@kopfts/core';

/** The options are checked in `annotations()` and `status()`, so that a wrong one is reported at the line of the configuration. */
export function invalidOption(option: string, value: unknown, expected: string): InvalidOptionError {
  return new InvalidOptionError(option, value, expected);
}

/** No such option. */
export function unknownOption(plugin: string, option: string, known: readonly string[]): UnknownOptionError {
  return new UnknownOptionError(`${plugin}()`, option, nearestName(option, known));
}

/** `KOPF_ESSENCE_TOO_LARGE`: with the essence of an object, its annotations would have more bytes than Kubernetes takes. */
export class EssenceTooLargeError extends KopfError {
  constructor(name: string, bytes: number, limit: number) {
    super(
      'KOPF_ESSENCE_TOO_LARGE',
      `The essence of ${name} is not stored: its annotations would have ${bytes} bytes, not ${limit} at most.`,
      {
        remedy:
          'Keep the diff base of large objects elsewhere, for example by status(), or let annotations({ large }) compress or hash them. Until then this process remembers it, and the next one calls the handlers again.',
        context: { name, bytes, limit },
      },
    );
  }
}

/** `KOPF_STORE_FORMAT`: what is stored was written by a newer version of this package. */
export class EssenceFormatError extends KopfError {
  constructor(name: string, annotation: string, form: string) {
    super('KOPF_STORE_FORMAT', `The essence of ${name} is stored as '${form}', which this version cannot read. The object is left alone.`, {
      remedy: `Update @kopfts/persistence-annotations to the version that wrote it, or delete the annotation ${annotation}: then the object counts as new.`,
      context: { name, annotation, form },
    });
  }
}
