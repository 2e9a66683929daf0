import { fieldPath, type FieldPath, type FieldSpec } from '@kopfts/core';
import type { ClusterNode, RedisOptions } from 'ioredis';
import { invalidOption, unknownOption } from './errors.js';
import type { LossPolicy } from './loaded.js';

/** What is kept in Redis: each of the first two can be somewhere else; memos end with the operator where they are not kept. */
export type StoreRole = 'progress' | 'diffBase' | 'memo';

export interface RedisStoreOptions {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. Default: `redis://127.0.0.1:6379`. */
  readonly url?: string | undefined;
  /** Instead of `url`: what ioredis takes, e.g. `sentinels`, `tls`, `username`. */
  readonly connection?: RedisOptions | undefined;
  /** Instead of `url`: some nodes of a Redis Cluster; `connection` holds for each of them, then. */
  readonly nodes?: readonly ClusterNode[] | undefined;
  /** What is kept here; another plugin has to provide the rest. Default: `['progress', 'diffBase']`. With `'memo'` memos outlive the operator. */
  readonly keeps?: readonly StoreRole[] | undefined;
  /** Of keys. Default: `kopf:<name of the operator>:<cluster>`. */
  readonly prefix?: string | undefined;
  /** Which cluster this is, in keys. Default: the uid of its namespace `kube-system`, which needs the right to get it. */
  readonly cluster?: string | undefined;
  /** What becomes of objects whose record is lost, where nobody knows more. Default: `adopt`, they count as handled as they are. */
  readonly whenLost?: LossPolicy | undefined;
  /** Annotate handled objects that show no other trace of ours, so that a loss of everything is noticed. Default: true. */
  readonly mark?: boolean | undefined;
  /** Fields that never count as a change of an object (spec ST-40). Default: none. */
  readonly ignoredFields?: readonly FieldSpec[] | undefined;
  /** Without an answer for so many seconds, the connection is given up. Default: 5. */
  readonly answerTimeout?: number | undefined;
  /** Seconds until what is kept of a deleted object goes. Default: 3600. */
  readonly forgetAfter?: number | undefined;
  /** The same of objects that a list does not have any more. Default: 7 days. */
  readonly sweepAfter?: number | undefined;
}

/** With all defaults. */
export interface ParsedOptions {
  readonly address: Pick<RedisStoreOptions, 'url' | 'connection' | 'nodes'>;
  readonly keeps: readonly StoreRole[];
  readonly prefix: string | undefined;
  readonly cluster: string | undefined;
  readonly whenLost: LossPolicy;
  readonly mark: boolean;
  readonly ignoredFields: readonly FieldPath[];
  readonly answerTimeoutMs: number;
  readonly forgetAfterMs: number;
  readonly sweepAfterMs: number;
}

const DEFAULT_ROLES: readonly StoreRole[] = ['progress', 'diffBase'];
const ROLES: readonly StoreRole[] = [...DEFAULT_ROLES, 'memo'];
const POLICIES: readonly LossPolicy[] = ['adopt', 'rehandle'];
const KNOWN: readonly string[] = [
  'url',
  'connection',
  'nodes',
  'keeps',
  'prefix',
  'cluster',
  'whenLost',
  'mark',
  'ignoredFields',
  'answerTimeout',
  'forgetAfter',
  'sweepAfter',
] satisfies (keyof RedisStoreOptions)[];
/** Keys are read by people, too; braces would be hash tags. */
const KEY_PART = /^[^\s{}]{1,200}$/;
const DAY = 86_400;

/** @throws InvalidOptionError `KOPF_INVALID_OPTION`. UnknownOptionError `KOPF_UNKNOWN_OPTION`. */
export function parseOptions(options: RedisStoreOptions): ParsedOptions {
  for (const option of Object.keys(options)) if (!KNOWN.includes(option)) throw unknownOption(option, KNOWN);
  const { keeps = DEFAULT_ROLES, whenLost = 'adopt', mark = true, ignoredFields = [] } = options;
  if (!Array.isArray(keeps) || keeps.length === 0 || !keeps.every((role) => (ROLES as readonly unknown[]).includes(role)))
    throw invalidOption('keeps', keeps, "a list of some of 'progress', 'diffBase', 'memo'");
  if (!POLICIES.includes(whenLost)) throw invalidOption('whenLost', whenLost, "'adopt' or 'rehandle'");
  if (typeof mark !== 'boolean') throw invalidOption('mark', mark, 'true or false');
  if (!Array.isArray(ignoredFields)) throw invalidOption('ignoredFields', ignoredFields, "a list of fields such as 'spec.replicas'");
  return {
    address: addressOf(options),
    keeps: keeps as readonly StoreRole[],
    prefix: keyPart('prefix', options.prefix),
    cluster: keyPart('cluster', options.cluster),
    whenLost,
    mark,
    ignoredFields: (ignoredFields as readonly FieldSpec[]).map((field) => fieldPath(field, 'redis({ ignoredFields })')),
    answerTimeoutMs: seconds('answerTimeout', options.answerTimeout ?? 5),
    forgetAfterMs: seconds('forgetAfter', options.forgetAfter ?? 3600),
    sweepAfterMs: seconds('sweepAfter', options.sweepAfter ?? 7 * DAY),
  };
}

function addressOf({ url, connection, nodes }: RedisStoreOptions): ParsedOptions['address'] {
  // The value is not named in the message: it may have a password in it.
  if (url !== undefined && !isRedisUrl(url)) throw invalidOption('url', '…', 'a URL such as redis://127.0.0.1:6379/0 or rediss://…');
  if (url !== undefined && (connection !== undefined || nodes !== undefined))
    throw invalidOption('url', '…', "left out where 'connection' or 'nodes' is given");
  if (nodes !== undefined && (!Array.isArray(nodes) || nodes.length === 0))
    throw invalidOption('nodes', nodes, 'a list of nodes of a Cluster');
  if (connection?.keyPrefix !== undefined)
    throw invalidOption('connection.keyPrefix', connection.keyPrefix, "left out: there is 'prefix' for it");
  return { url, connection, nodes };
}

function isRedisUrl(url: unknown): boolean {
  return typeof url === 'string' && URL.canParse(url) && ['redis:', 'rediss:'].includes(new URL(url).protocol);
}

function keyPart(option: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !KEY_PART.test(value)) throw invalidOption(option, value, 'a text without spaces and braces');
  return value;
}

function seconds(option: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0) || value > 2_000_000) throw invalidOption(option, value, 'a number of seconds');
  return Math.ceil(value * 1000);
}
