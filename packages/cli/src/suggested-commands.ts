import { isJsonObject } from '@kopfts/core';
import type { AnyHandler, Json, JsonObject } from '@kopfts/core';
import type { AppliedObject } from './embedded-server.js';

/**
 * Three kubectl commands to try from a second terminal: look, change what a handler notices at once, delete. Derived from
 * what was created and what is declared. Pure.
 */
export function suggestCommands(kubeconfig: string, applied: readonly AppliedObject[], handlers: readonly AnyHandler[]): readonly string[] {
  const kubectl = `kubectl --kubeconfig ${kubeconfig}`;
  const object = applied.find(({ manifest }) => manifest.kind !== 'CustomResourceDefinition' && manifest.kind !== 'Namespace');
  if (object === undefined) return [`${kubectl} api-resources`, `${kubectl} create -f FILE`, `${kubectl} get events`];
  const target = `${object.singular} ${object.manifest.name}${namespaceFlag(object)}`;
  return [
    `${kubectl} get ${object.plural}${namespaceFlag(object)} -o yaml`,
    `${kubectl} patch ${target} ${changeFlags(object, handlers)}`,
    `${kubectl} delete ${target}`,
  ];
}

// The kubeconfig's own namespace needs no flag.
function namespaceFlag({ namespace }: AppliedObject): string {
  return namespace === undefined || namespace === 'default' ? '' : ` -n ${namespace}`;
}

function changeFlags(object: AppliedObject, handlers: readonly AnyHandler[]): string {
  const path = noticedField(object, handlers) ?? stringField(object.manifest.body);
  if (path === undefined) return `--type=merge -p '{"metadata":{"labels":{"changed":"by-hand"}}}'`;
  const value = changedValue(valueAt(object.manifest.body, path));
  const patch = JSON.stringify(path.reduceRight<Json>((inner, key) => ({ [key]: inner }), value)).replaceAll("'", `'\\''`);
  const subresource = path[0] === 'status' && object.hasStatus ? '--subresource=status ' : '';
  return `${subresource}--type=merge -p '${patch}'`;
}

/** A field that a handler waits for. */
function noticedField(object: AppliedObject, handlers: readonly AnyHandler[]): readonly string[] | undefined {
  const fields = handlers.flatMap(({ field }) => (field === undefined ? [] : [field]));
  return fields.find((field) => field.length > 1 && !isJsonObject(valueAt(object.manifest.body, field)));
}

function stringField(body: JsonObject): readonly string[] | undefined {
  const { spec } = body;
  if (!isJsonObject(spec)) return undefined;
  const entries = Object.entries(spec);
  const key = (entries.find(([, value]) => typeof value === 'string') ?? entries.find(([, value]) => typeof value === 'number'))?.[0];
  return key === undefined ? undefined : ['spec', key];
}

function changedValue(value: Json | undefined): Json {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return value === 'Ada' ? 'Grace' : 'Ada';
}

function valueAt(body: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = body;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}
