import { Buffer } from 'node:buffer';
import { isJsonObject, parseJson, type Json, type JsonObject, type ObjectBody, type SeenObject } from '@kopfts/core';
import { WatchBrokenError } from '../errors.js';
import { identityOf, peekIdentity, type Identity } from '../transport/peek.js';
import { failureOf, type ApiFailure } from '../transport/status-error.js';

/** What one line of a watch says. */
export type WatchLine =
  | { readonly kind: 'change'; readonly type: 'added' | 'modified' | 'deleted'; readonly object: SeenObject }
  /** `endsList`: the mark that ends a streamed list. */
  | { readonly kind: 'bookmark'; readonly resourceVersion: string; readonly endsList: boolean }
  | { readonly kind: 'error'; readonly failure: ApiFailure }
  /** JSON, but nothing we know: passed over, its version (if any) counts. */
  | { readonly kind: 'odd'; readonly why: string; readonly resourceVersion: string | undefined }
  /** No JSON: the stream cannot be trusted any more. */
  | { readonly kind: 'broken' };

const CHANGES: Readonly<Record<string, 'added' | 'modified' | 'deleted'>> = { ADDED: 'added', MODIFIED: 'modified', DELETED: 'deleted' };
/** How the server begins the lines of changes. */
const BEGINNINGS = Object.entries(CHANGES).map(([name, type]) => ({ type, bytes: Buffer.from(`{"type":"${name}","object":`) }));
/** Where they begin to differ. */
const DIFFERENCE = '{"type":"'.length;
const CLOSE = 0x7d;

/** Reads one line of a watch. Objects are parsed when their body is asked for; `path` is for messages. */
export function readWatchLine(line: Buffer, path: string): WatchLine {
  const beginning = beginningOf(line);
  if (beginning !== undefined && line[line.length - 1] === CLOSE && line[line.length - 2] === CLOSE) {
    const identity = peekIdentity(line, beginning.bytes.length, line.length - 1);
    // Text, not bytes: a piece of a chunk would keep all of the chunk in memory.
    if (identity !== undefined) return { kind: 'change', type: beginning.type, object: lazyObject(identity, line.toString('utf8'), path) };
  }
  return readParsed(line.toString('utf8'), path);
}

/** Bytes are compared here: for so few of them a call out of JavaScript costs more. */
function beginningOf(line: Buffer): (typeof BEGINNINGS)[number] | undefined {
  for (const beginning of BEGINNINGS)
    if (line[DIFFERENCE] === beginning.bytes[DIFFERENCE] && beginsWith(line, beginning.bytes)) return beginning;
  return undefined;
}

function beginsWith(line: Buffer, bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index += 1) if (line[index] !== bytes[index]) return false;
  return true;
}

/** An object that is parsed already. */
export function parsedObject({ uid, name, namespace, resourceVersion, deleting }: Identity, body: ObjectBody): SeenObject {
  return { uid, name, namespace, resourceVersion, deleting, body: () => body };
}

/** The object of a line; the line is forgotten when it was parsed. */
function lazyObject({ uid, name, namespace, resourceVersion, deleting }: Identity, line: string, path: string): SeenObject {
  let text: string | undefined = line;
  let body: ObjectBody | undefined;
  return {
    uid,
    name,
    namespace,
    resourceVersion,
    deleting,
    body() {
      if (text !== undefined) {
        body = parseLine(text, path);
        text = undefined;
      }
      return body as ObjectBody;
    },
  };
}

function parseLine(line: string, path: string): ObjectBody {
  try {
    return (parseJson(line) as unknown as { object: ObjectBody }).object;
  } catch (error) {
    throw new WatchBrokenError(path, 'an event is no JSON', { cause: error });
  }
}

function readParsed(line: string, path: string): WatchLine {
  const event = tryParse(line);
  if (!isJsonObject(event)) return { kind: 'broken' };
  const { type, object } = event;
  const resourceVersion = versionOf(object);
  if (type === 'ERROR') return { kind: 'error', failure: failureOf(object) };
  if (type === 'BOOKMARK') {
    return resourceVersion === undefined
      ? { kind: 'odd', why: 'a bookmark without a version', resourceVersion }
      : { kind: 'bookmark', resourceVersion, endsList: isEndOfList(object) };
  }
  const change = typeof type === 'string' && Object.hasOwn(CHANGES, type) ? CHANGES[type] : undefined;
  if (change === undefined)
    return { kind: 'odd', why: `an event of type ${typeof type === 'string' ? type.slice(0, 40) : typeof type}`, resourceVersion };
  const identity = identityOf(object);
  if (identity === undefined) return { kind: 'odd', why: `an object without identity in ${path}`, resourceVersion };
  return { kind: 'change', type: change, object: parsedObject(identity, object as ObjectBody) };
}

function isEndOfList(object: Json | undefined): boolean {
  const annotations = metadataOf(object)['annotations'];
  return isJsonObject(annotations) && annotations['k8s.io/initial-events-end'] === 'true';
}

function metadataOf(object: Json | undefined): JsonObject {
  const metadata = isJsonObject(object) ? object['metadata'] : undefined;
  return isJsonObject(metadata) ? metadata : {};
}

function versionOf(object: Json | undefined): string | undefined {
  const version = metadataOf(object)['resourceVersion'];
  return typeof version === 'string' && version !== '' ? version : undefined;
}

function tryParse(line: string): Json | undefined {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}
