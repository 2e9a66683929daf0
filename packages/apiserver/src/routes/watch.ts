import { readVersion } from '../store/resource-version.js';
import type { WatchStart } from '../watch/open-watch.js';
import { openWatch } from '../watch/open-watch.js';
import type { ListOptions } from './list-options.js';
import { parseListOptions } from './list-options.js';
import type { Reply } from './reply.js';
import { JSON_TYPE } from './reply.js';
import { eventRenderer } from './representation.js';
import type { ResourceRequest, ServerParts } from './request-context.js';
import { viewOf } from './request-context.js';
import { selectionOf } from './selection.js';
import { apiVersionOf } from '../kind/resource.js';

// Without a timeout of the client, a watch lives half an hour to an hour.
const SHORTEST_LIFE_MS = 1_800_000;

export function watch(request: ResourceRequest): Reply {
  const options = parseListOptions(request.query, { isWatch: true });
  const selection = selectionOf(request, options);
  const view = viewOf(request);
  const { resource, parts } = request;
  const timeoutMs =
    options.timeoutSeconds !== undefined && options.timeoutSeconds > 0
      ? options.timeoutSeconds * 1000
      : SHORTEST_LIFE_MS * (1 + parts.write.random.next());
  const chunks = openWatch(parts.watch, {
    collection: resource.collection,
    selection,
    start: startOf(parts, options),
    bookmarks: options.allowsBookmarks,
    timeoutMs,
    signal: request.signal,
    render: eventRenderer(view),
    sharedAs: view.form === 'object' ? `${apiVersionOf(resource)} ${resource.kind}` : undefined,
  });
  return { kind: 'stream', status: 200, contentType: JSON_TYPE, chunks };
}

function startOf(parts: ServerParts, options: ListOptions): WatchStart {
  const version = readVersion(options.resourceVersion);
  const { view } = parts.watch;
  const newest = parts.consistentReads ? parts.write.store.version : view.version;
  if (options.sendInitialEvents === true) {
    if (!options.allowsBookmarks) return { at: 'state' };
    return { at: 'state', endsAt: options.resourceVersion === '' ? newest : version || view.version };
  }
  if (version > 0) return { at: 'version', version };
  if (options.sendInitialEvents === false) return { at: 'now', version: options.resourceVersion === '' ? newest : view.version };
  // Without a version, or with "any version", bookmarks end the list like that of a streaming list.
  const listed = options.resourceVersion === '' ? newest : view.version;
  return { at: 'state', endsAt: options.allowsBookmarks ? listed : undefined };
}
