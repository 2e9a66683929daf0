// What a changed project asks for: nothing, other handlers for the operator that runs, or another operator. Pure.
import type { checkConfig, OperatorConfig } from '@kopfts/core';
import { ownModules, type ModuleGraph } from './module-graph.js';

/** A configuration, loaded and checked. */
export interface LoadedProject extends Pick<ReturnType<typeof checkConfig>, 'handlers' | 'activities'> {
  readonly config: OperatorConfig;
  /** The configuration and what it extends; none where files with handlers run without one. */
  readonly configFiles: readonly string[];
}

export interface ProjectChange {
  readonly before: LoadedProject;
  readonly after: LoadedProject;
  /** Files whose content is another one. */
  readonly changed: ReadonlySet<string>;
  readonly graph: ModuleGraph;
}

export type ReloadPlan =
  | { readonly kind: 'nothing' }
  /** How many declarations of handlers are the same as before, and how many are others. */
  | { readonly kind: 'handlers'; readonly kept: number; readonly others: number }
  /** `file`: the one it is about. */
  | { readonly kind: 'restart'; readonly file?: string; readonly why: string };

/**
 * Handlers can be exchanged. A configuration cannot: plugins are open, settings are frozen. Nor can what a handler of `on.startup` did: where
 * its module was evaluated anew, nothing but running it fills what the module holds.
 */
export function planReload({ before, after, changed, graph }: ProjectChange): ReloadPlan {
  const own = ownModules(graph, after.configFiles);
  const changedConfig = [...changed].find((file) => own.has(file));
  if (changedConfig !== undefined) return { kind: 'restart', file: changedConfig, why: 'belongs to the configuration' };
  if (restOf(before.config) !== restOf(after.config)) return { kind: 'restart', why: 'the configuration is another one' };
  if (!sameMembers(lifeOf(before), lifeOf(after)))
    return { kind: 'restart', why: 'a handler of on.startup, on.cleanup or on.login was evaluated anew' };
  const kept = after.handlers.filter((handler) => before.handlers.includes(handler)).length;
  if (sameMembers(before.handlers, after.handlers) && sameMembers(before.activities, after.activities)) return { kind: 'nothing' };
  return { kind: 'handlers', kept, others: after.handlers.length - kept };
}

function lifeOf({ activities }: LoadedProject): LoadedProject['activities'] {
  return activities.filter(({ activity }) => activity !== 'probe');
}

/** What can be compared of the rest of it; plugins are made anew whenever their configuration is evaluated. */
function restOf({ name, namespaces, clusterwide, settings, plugins }: OperatorConfig): string {
  return JSON.stringify([name, namespaces, clusterwide, settings, plugins.map((plugin) => plugin.name)]);
}

function sameMembers(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((member, index) => member === other[index]);
}
