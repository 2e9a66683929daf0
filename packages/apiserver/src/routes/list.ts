// Lists: the latest state, an exact older one, or the next page of a list that began earlier.

import { FutureVersionError, badRequest, expired } from '../errors.js';
import { decodeContinue, encodeContinue } from '../store/continue-token.js';
import { listVersion } from '../store/resource-version.js';
import type { StoreView } from '../store/store-view.js';
import type { StoredObject } from '../store/stored-object.js';
import { keyOf } from '../store/stored-object.js';
import type { Selection } from '../watch/selection.js';
import { isUnfiltered, selects } from '../watch/selection.js';
import type { ListOptions } from './list-options.js';
import { parseListOptions } from './list-options.js';
import type { Reply } from './reply.js';
import { jsonText } from './reply.js';
import type { ListMeta } from './representation.js';
import { renderList } from './representation.js';
import type { ResourceRequest } from './request-context.js';
import { viewOf } from './request-context.js';
import { selectionOf } from './selection.js';

const LIST_EXPIRED = 'The resourceVersion for the provided list is too old.';
const CONTINUE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

export function list(request: ResourceRequest): Reply {
  const view = viewOf(request);
  const options = parseListOptions(request.query, { isWatch: false });
  const page = readPage(request, options, request.parts.watch.view);
  return jsonText(200, renderList(view, page.objects, page.metadata));
}

/** Which objects a list goes through: those at `version`, from `start` on. */
interface Source {
  readonly version: number;
  readonly objects: Iterable<StoredObject>;
}

export interface Page {
  readonly objects: readonly StoredObject[];
  readonly metadata: ListMeta;
}

/** @param view what is read when the request does not ask for consistency; writes give the store itself. */
export function readPage(request: ResourceRequest, options: ListOptions, view: StoreView): Page {
  const selection = selectionOf(request, options);
  const source =
    options.continueToken === '' ? firstSource(request, { options, selection, view }) : nextSource(request, { options, selection });
  const objects: StoredObject[] = [];
  // Whoever takes any version is answered from the cache, which knows no pages.
  const isCached = request.resource.isCached && options.resourceVersion === '0' && options.continueToken === '';
  const limit = isCached ? 0 : options.limit;
  let remaining = 0;
  for (const object of source.objects) {
    if (limit > 0 && objects.length === limit) remaining += 1;
    else if (selects(selection, object)) objects.push(object);
  }
  return { objects, metadata: metadataOf({ source, selection, objects, remaining }) };
}

function metadataOf(page: { source: Source; selection: Selection; objects: readonly StoredObject[]; remaining: number }): ListMeta {
  const resourceVersion = String(page.source.version);
  const last = page.objects.at(-1);
  if (page.remaining === 0 || last === undefined) return { resourceVersion };
  const key = keyOf(last.namespace, last.name);
  const start = page.selection.prefix === '' ? `${key}\0` : `/${key.slice(page.selection.prefix.length)}\0`;
  return {
    resourceVersion,
    continue: encodeContinue({ version: page.source.version, start }),
    // The real server counts only where every object counts.
    ...(isUnfiltered(page.selection) ? { remainingItemCount: page.remaining } : {}),
  };
}

interface ListState {
  readonly options: ListOptions;
  readonly selection: Selection;
}

function firstSource(request: ResourceRequest, { options, selection, view }: ListState & { readonly view: StoreView }): Source {
  const asked = listVersion(options.resourceVersion);
  const { store } = request.parts.write;
  const name = request.resource.collection;
  // A limit with a version but without a match means exactly this version, for reasons of history; of one object by its name there is no limit.
  const isLimited = options.limit > 0 && !isOneObject(request, selection);
  const isExact = options.match === 'Exact' || (options.match === '' && isLimited && asked > 0);
  if (options.match === '' && options.limit > 0 && asked > 0 && !isExact) {
    if (asked > store.version) throw new FutureVersionError(asked, store.version, { isCached: false });
    return { version: store.version, objects: store.collection(name).range(selection.prefix) };
  }
  if (!isExact) {
    const seen = options.resourceVersion === '' && request.parts.consistentReads ? store : view;
    if (asked > seen.version) throw new FutureVersionError(asked, seen.version, request.resource);
    return { version: seen.version, objects: seen.collection(name).range(selection.prefix) };
  }
  if (asked > store.version) throw new FutureVersionError(asked, store.version, { isCached: isFromCache(request, selection) });
  const objects = store.collection(name).snapshotAt(asked, selection.prefix);
  if (objects === undefined) throw expired(LIST_EXPIRED);
  return { version: asked, objects };
}

/** Of one object by its name the cache knows no exact version: the storage answers. */
function isFromCache(request: ResourceRequest, selection: Selection): boolean {
  return request.resource.isCached && !isOneObject(request, selection);
}

function isOneObject({ resource, namespace }: ResourceRequest, { fields }: Selection): boolean {
  return (fields.name ?? '') !== '' && (!resource.isNamespaced || namespace !== '');
}

function nextSource(request: ResourceRequest, { options, selection }: ListState): Source {
  const token = decodeContinue(options.continueToken);
  if (options.resourceVersion !== '' && options.resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  const start = selection.prefix + token.start.replace(/^\//, '');
  const { store } = request.parts.write;
  const { version } = store;
  const collection = store.collection(request.resource.collection);
  // A version of -1: the client accepted an inconsistent remainder.
  if (token.version < 0) return { version, objects: collection.range(selection.prefix, start) };
  if (token.version > version) throw new FutureVersionError(token.version, version, { isCached: isFromCache(request, selection) });
  const objects = collection.snapshotAt(token.version, selection.prefix);
  if (objects === undefined) throw expired(CONTINUE_EXPIRED, encodeContinue({ version: -1, start: token.start }));
  return { version: token.version, objects: objects.filter((object) => keyOf(object.namespace, object.name) >= start) };
}
