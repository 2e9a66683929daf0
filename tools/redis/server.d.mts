export interface RedisProcessOptions {
  readonly port?: number;
  /** Of its configuration. */
  readonly lines?: readonly string[];
  /** What it has answered survives its death. Default: true. */
  readonly appendonly?: boolean;
  readonly sentinel?: boolean;
}

export interface RedisProcess {
  readonly port: number;
  readonly url: string;
  /** Again, after its death, with what it has on the disk. */
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Half-open: it is there and says nothing. */
  pause(): void;
  resume(): void;
  /** Nothing is left of it. */
  close(): Promise<void>;
}

export function startRedis(program: string, options?: RedisProcessOptions): Promise<RedisProcess>;
export function freePort(): Promise<number>;
