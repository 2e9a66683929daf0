/** Says in one line why there is no Redis on this machine. */
export class RedisUnavailableError extends Error {}

export interface RedisOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log?: (line: string) => void;
}

/** Fetches redis-server when it is not there yet. Throws RedisUnavailableError where it cannot be had. */
export function ensureRedis(options?: RedisOptions): Promise<{ readonly server: string; readonly built: boolean }>;

/** Undefined, with one line that says why, where there is no Redis; under CI that is an error. */
export function redisServer(options?: RedisOptions): Promise<string | undefined>;

export function pipError(error: { readonly message: string; readonly stderr?: string }): Error;
