// What a script of kubectl commands is. Scripts are data: the same lines run against this server and against a real kube-apiserver, and
// what kubectl prints must be the same.

import type { JsonObject } from '@kopfts/apiserver';

export interface CommandLine {
  /** What is typed behind `kubectl`, in single quotes where it has spaces. */
  readonly run: string;
  /** For `-f -`. */
  readonly input?: JsonObject | readonly JsonObject[];
  /** Default: `admin`. */
  readonly as?: 'limited';
  /** The command that edits a file, for `kubectl edit`. */
  readonly editor?: string;
  /** Runs until it has printed so many lines, for what never ends by itself. */
  readonly lines?: number;
  /** Typed once this command has printed its first line or, with `isQuiet`, once it watches. */
  readonly meanwhile?: readonly Line[];
  /** It prints nothing before something happens. */
  readonly isQuiet?: boolean;
  /** Only such lines are compared, where this server has less. */
  readonly only?: RegExp;
  /** Only what is printed from this text on is compared. */
  readonly from?: string;
}

export type Line = string | CommandLine;

export interface Script {
  readonly title: string;
  /** A namespace of its own. */
  readonly namespace: string;
  readonly lines: readonly Line[];
}

/** The kinds of the scripts live here, on both servers. */
export const GROUP = 'kubectl-scripts.kopf.dev';

export function machine(name: string, spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: `${GROUP}/v1`, kind: 'Machine', metadata: { name, ...metadata }, spec };
}

export function configMap(name: string, data: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function pod(name: string, metadata: JsonObject = {}): JsonObject {
  const containers = [
    { name: 'main', image: 'busybox:1', command: ['sleep', '60'], env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] },
  ];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { containers } };
}
