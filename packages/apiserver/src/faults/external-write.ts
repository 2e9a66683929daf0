// What somebody else writes in the moment of a request.

import { jsonTextOf, parseExactly } from '../exact-numbers.js';
import type { ApiCall } from '../audit/audit-entry.js';
import { applyMergePatch } from '../patch/merge-patch.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { isObject, objectAt, own, stringAt } from '../store/json-value.js';
import type { RequestFault } from './fault.js';

export type ExternalWrite = Extract<RequestFault, { kind: 'externalWrite' }>;

/** A request of the other one, carried out at once; gives the text of the answer. */
export type Perform = (request: {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}) => { readonly status: number; readonly text: string };

const MERGE = 'application/merge-patch+json';

/** Writes, if there is something to write to: an object that is not there stays so. */
export function writeExternally(fault: ExternalWrite, call: ApiCall, options: { body: string; perform: Perform }): void {
  const { write, actor } = fault;
  const send = (method: string, path: string, rest: { body?: JsonValue; type?: string } = {}) =>
    options.perform({
      method,
      path,
      headers: { 'user-agent': actor, 'content-type': rest.type ?? 'application/json' },
      ...(rest.body === undefined ? {} : { body: jsonTextOf(rest.body) }),
    });
  if ('request' in write) {
    const { method, path, body, contentType } = write.request;
    send(method, path, { ...(body === undefined ? {} : { body }), ...(contentType === undefined ? {} : { type: contentType }) });
    return;
  }
  const path = fault.path ?? pathOf(call, options.body);
  if (path === undefined) return;
  if ('patch' in write) {
    const suffix = write.subresource === undefined ? '' : `/${write.subresource}`;
    send('PATCH', path + suffix, { body: write.patch, type: MERGE });
  } else if ('delete' in write) send('DELETE', path);
  else recreate(send, path, write.recreate);
}

type Send = (
  method: string,
  path: string,
  rest?: { body?: JsonValue; type?: string },
) => { readonly status: number; readonly text: string };

function recreate(send: Send, path: string, change: JsonObject): void {
  const found = send('GET', path);
  if (found.status !== 200) return;
  send('PATCH', path, { body: { metadata: { finalizers: null } }, type: MERGE });
  send('DELETE', path);
  const old = parseExactly(found.text) as JsonObject;
  const { status: _status, ...rest } = old;
  const metadata = Object.fromEntries(
    Object.entries(objectAt(old, 'metadata')).filter(([key]) => ['name', 'namespace', 'labels', 'annotations'].includes(key)),
  );
  send('POST', path.slice(0, path.lastIndexOf('/')), { body: applyMergePatch({ ...rest, metadata }, change) });
}

/** The object that a request is about; for a creation, the one that its body names. */
function pathOf(call: ApiCall, body: string): string | undefined {
  if (call.resource === undefined || call.version === undefined) return undefined;
  const name = call.name ?? nameIn(body);
  if (name === '') return undefined;
  const root = call.group === '' || call.group === undefined ? `/api/${call.version}` : `/apis/${call.group}/${call.version}`;
  const place = call.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(call.namespace)}`;
  return `${root}${place}/${call.resource}/${encodeURIComponent(name)}`;
}

function nameIn(body: string): string {
  try {
    const sent = parseExactly(body);
    const metadata = isObject(sent) ? (own(sent, 'metadata') ?? null) : null;
    return isObject(metadata) ? stringAt(metadata, 'name') : '';
  } catch {
    return '';
  }
}
