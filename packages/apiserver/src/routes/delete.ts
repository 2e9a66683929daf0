import { deletedStatus } from '../errors.js';
import { DEFINITIONS, NAMESPACES } from '../kind/builtin-resources.js';
import { deleteInstances } from '../lifecycle/definition-lifecycle.js';
import { deleteContent } from '../lifecycle/namespace-lifecycle.js';
import type { Resource } from '../kind/resource.js';
import { metaOf } from '../meta/object-meta.js';
import { stringsAt } from '../store/json-value.js';
import type { StoredObject } from '../store/stored-object.js';
import { deleteObject } from '../write/delete-object.js';
import type { DeleteOptions } from '../write/delete-options.js';
import { parseDeleteOptions } from '../write/delete-options.js';
import { parseListOptions } from './list-options.js';
import { readPage } from './list.js';
import type { Reply } from './reply.js';
import { json, jsonText } from './reply.js';
import { renderBody, renderList } from './representation.js';
import { readerOf } from './request-body.js';
import { selectionOf } from './selection.js';
import type { ResourceRequest, ServerParts } from './request-context.js';
import { viewOf } from './request-context.js';
import { currentObject } from './target.js';

/** DELETE of one object: a Status when it is gone, the object when it stays for its finalizers. */
export function remove(request: ResourceRequest): Reply {
  const { resource, parts, name } = request;
  const options = deleteOptions(request);
  const current = currentObject(request);
  const deletion = deleteObject(parts.write, resource, { current, options });
  const answersObject = deletion.kind === 'marked' || resource.rules.deletionAnswersObject;
  // Who asked for the dependents to go learns that they have not gone yet.
  const status = deletion.kind === 'marked' && options.orphanDependents === false ? 202 : 200;
  const reply = answersObject
    ? jsonText(status, renderBody(viewOf(request), deletion.body))
    : wouldLoseFinalizers(current, { resource, options })
      ? jsonText(200, renderBody(viewOf(request), resource.rules.zero))
      : json(status, deletedStatus(resource, name, current.uid));
  if (!options.isDryRun) finishDeletion(parts, { collection: resource.collection, namespace: request.namespace, name });
  return reply;
}

/** The real server answers a rehearsal that would first take finalizers away with an object that it has not filled in. */
function wouldLoseFinalizers(
  { body }: StoredObject,
  { resource, options }: { readonly resource: Resource; readonly options: DeleteOptions },
): boolean {
  return options.isDryRun && !resource.isCustom && stringsAt(metaOf(body), 'finalizers').length > 0;
}

function deleteOptions(request: ResourceRequest): DeleteOptions {
  return parseDeleteOptions(request.body, request.query, {
    read: (text, refuse) => readerOf(request)(text, refuse),
  });
}

/** What hangs on a marked definition or namespace goes with it. */
function finishDeletion(parts: ServerParts, of: { collection: string; namespace: string; name: string }): void {
  const marked = parts.write.store.get(of.collection, of.namespace, of.name);
  if (marked === undefined) return;
  if (of.collection === DEFINITIONS) deleteInstances(parts.lifecycle, marked);
  if (of.collection === NAMESPACES) deleteContent(parts.lifecycle, marked);
}

/** DELETE of a collection, as far as the selectors go; the answer is the list from before. */
export function removeCollection(request: ResourceRequest): Reply {
  const { resource, parts } = request;
  const listOptions = parseListOptions(request.query, { isWatch: false });
  selectionOf(request, listOptions);
  const options = deleteOptions(request);
  const page = readPage(request, listOptions, parts.write.store);
  for (const current of page.objects) {
    deleteObject(parts.write, resource, { current, options });
    if (!options.isDryRun) finishDeletion(parts, { collection: resource.collection, namespace: current.namespace, name: current.name });
  }
  // A form that a list does not have is refused only now: the objects are gone.
  return jsonText(200, renderList(viewOf(request), page.objects, page.metadata));
}
