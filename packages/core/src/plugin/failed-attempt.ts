const MARK = Symbol.for('@kopfts/failed-attempt');

/**
 * Thrown by what stands around a handler (`aroundInvoke`), it makes the attempt a failed one although the handler returned: `cause` is the error of the
 * attempt then. Whatever else is thrown there counts for nothing: what counts is what the handler did.
 */
export class FailedAttempt extends Error {
  readonly [MARK] = true;
  constructor(cause: unknown) {
    super('The attempt failed although the handler returned.', { cause });
  }
}

/** Also one of another copy of this package. */
export function isFailedAttempt(error: unknown): error is FailedAttempt {
  return error instanceof Error && Reflect.get(error, MARK) === true;
}
