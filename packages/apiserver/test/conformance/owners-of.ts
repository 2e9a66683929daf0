import type { Json } from './case.js';

type JsonObject = { readonly [key: string]: Json };

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** The owners of an answer in the form of expectations: names of owners to the paths that they own, in order. */
export function ownersOf(body: Json): Readonly<Record<string, string>> {
  const object = objectOf(body);
  const entries = objectOf(object['metadata'])['managedFields'];
  if (!Array.isArray(entries)) return {};
  const apiVersion = textOf(object['apiVersion']);
  return Object.fromEntries((entries as readonly Json[]).map((entry) => nameAndPaths(objectOf(entry), apiVersion)));
}

function nameAndPaths(entry: JsonObject, apiVersion: string): [string, string] {
  const subresource = textOf(entry['subresource']);
  const version = textOf(entry['apiVersion']);
  const name = [
    `${textOf(entry['manager'])} ${textOf(entry['operation'])}`,
    subresource === '' ? '' : `/${subresource}`,
    version === apiVersion ? '' : ` in ${version}`,
    isTime(entry['time']) ? '' : ' untimed',
    entry['fieldsType'] === 'FieldsV1' ? '' : ' of an unknown type',
  ].join('');
  return [name, pathsOf(objectOf(entry['fieldsV1']), '').sort().join(' ')];
}

function isTime(value: Json | undefined): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(textOf(value));
}

/** A node is owned when it has no children, or the child `.`. */
function pathsOf(node: JsonObject, path: string): string[] {
  const children = Object.entries(node).filter(([key]) => key !== '.');
  const isOwned = path !== '' && (children.length === 0 || '.' in node);
  return [...(isOwned ? [path] : []), ...children.flatMap(([key, child]) => pathsOf(objectOf(child), path + step(key)))];
}

function step(element: string): string {
  const content = element.slice(2);
  return element.startsWith('f:') ? `.${content}` : `[${element.startsWith('v:') ? '=' : ''}${content}]`;
}
