import { KopfError, type KopfErrorOptions } from '@kopfts/core';

/** `KOPF_OBSERVABILITY_UNAVAILABLE`: an endpoint of metrics or health cannot listen at its address; the operator does not start. */
export class EndpointUnavailableError extends KopfError {
  constructor(what: 'metrics' | 'health', address: string, why: string, options: KopfErrorOptions = {}) {
    super('KOPF_OBSERVABILITY_UNAVAILABLE', `The endpoint of ${what} cannot listen at ${address}: ${why}`, {
      remedy: `Give another port or host to observability({ ${what} }).`,
      ...options,
      context: { address, ...options.context },
    });
  }
}
