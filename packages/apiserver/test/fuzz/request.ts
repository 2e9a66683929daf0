import type { Json } from '../conformance/case.js';

export type JsonMap = { readonly [key: string]: Json };

/**
 * One request of a run, the same for both servers except for what a server decides: `«rv:PLURAL/NAME»`, `«old:PLURAL/NAME»`,
 * `«uid:PLURAL/NAME»`, `«list:PLURAL»` and `«continue:PLURAL»` stand for the versions, uids and tokens that it gave last.
 */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The Kubernetes verb as far as the generator knows it, and the plural: the places that the list of deviations names. */
  readonly verb: string;
  readonly resource: string;
  /** What changes at a time of its own on the real server: it is waited for after a success, before the next request. */
  readonly settles?: 'access' | 'definition' | undefined;
}

/** What one server said. */
export interface FuzzAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly warnings: string;
  /** Parsed JSON, the events of a watch, or a text. */
  readonly body: Json;
}
