import { KopfError, type KopfErrorOptions } from '@kopfts/core';

/** `KOPF_HARNESS_STUCK`: what a test waits for does not happen, however much time passes. */
export class HarnessStuckError extends KopfError {
  constructor(what: string, options: KopfErrorOptions = {}) {
    super('KOPF_HARNESS_STUCK', `The world of the test is stuck: ${what}.`, {
      remedy: 'Look at `harness.calls` and `harness.facts`: the last entries tell what it waits for.',
      ...options,
    });
  }
}

/** `KOPF_HARNESS_MISUSE`: the test asks for what makes no sense at this moment. */
export class HarnessMisuseError extends KopfError {
  constructor(what: string, remedy: string) {
    super('KOPF_HARNESS_MISUSE', what, { remedy });
  }
}

/** `KOPF_RUNNER_TIMEOUT`: the operator of a runner was not ready, or did not stop, in time. */
export class RunnerTimeoutError extends KopfError {
  constructor(what: string, afterMs: number, options: KopfErrorOptions = {}) {
    super('KOPF_RUNNER_TIMEOUT', `After ${String(afterMs / 1000)} s ${what}.`, {
      remedy: 'Look at `runner.output` and `runner.facts`, or give it more time by `timeout`.',
      ...options,
      context: { afterMs, ...options.context },
    });
  }
}

/** `KOPF_HARNESS_REFUSED`: the in-memory server refused a request that the test itself made. */
export class HarnessRefusedError extends KopfError {
  readonly status: number;

  constructor(request: string, status: number, message: string) {
    super('KOPF_HARNESS_REFUSED', `The API server answered ${request} with ${String(status)}: ${message}`, {
      remedy: 'Correct the object or the order of the steps of the test.',
      context: { request, status },
    });
    this.status = status;
  }
}
