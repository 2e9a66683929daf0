// What happens to the operator, not to an object.
import type { HandlerLogger } from './handler-logger.js';
import type { ConnectionInfo } from './connection.js';
import type { HandlerId } from './ids.js';
import type { IndexLookup } from './object-index.js';
import type { RetryOptions } from './retry-options.js';
import type { MutableSettings } from './settings-input.js';

/**
 * `startup`: before anything is watched. `cleanup`: when everything else has ended. `probe`: whenever somebody asks how it is. `login`: whenever
 * credentials are needed.
 */
export type ActivityKind = 'startup' | 'cleanup' | 'probe' | 'login';

/* eslint-disable @typescript-eslint/no-explicit-any -- the memo is the user's, and any-valued where it has no type (design 2) */

/** What handlers of activities get (parity spec section 16). */
export interface ActivityArgs<Memo = any> {
  readonly activity: ActivityKind;
  /** To be changed by startup handlers; frozen afterwards. A number is seconds. */
  readonly settings: MutableSettings;
  /** Of the operator: the memo of each object begins as a shallow copy of it, or is made of it by the registry's `memo`. */
  readonly memo: Memo;
  readonly logger: HandlerLogger;
  /** Indexes exist from the start; they are empty before anything is watched, and as they were left during the cleanup. */
  readonly index: IndexLookup;
  /** The `param` option of the registration. */
  readonly param: any;
  /** 0 on the first attempt. */
  readonly retry: number;
  /** First attempt, by the wall clock. */
  readonly started: Date;
  /** Seconds since `started`. */
  readonly runtime: number;
  /** Aborts when the operator is asked to stop while it starts or is probed; during the cleanup when `process.ultimateExitingTimeout` is over. */
  readonly signal: AbortSignal;
}

export type ActivityFunction<Memo = any> = (args: ActivityArgs<Memo>) => unknown;

/** Nothing, one, or several; all are used, the highest priority first. */
export type LoginResult = ConnectionInfo | readonly ConnectionInfo[] | null | undefined | void;

export type LoginFunction<Memo = any> = (args: ActivityArgs<Memo>) => LoginResult | Promise<LoginResult>;

export interface ActivityOptions extends RetryOptions {
  /** Default: the name of the function, else the kind. */
  readonly id?: HandlerId | undefined;
  readonly param?: unknown;
}
