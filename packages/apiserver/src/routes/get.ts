import { versionTooLarge } from '../errors.js';
import { listVersion, readVersion } from '../store/resource-version.js';
import type { Reply } from './reply.js';
import { jsonText } from './reply.js';
import { renderStored } from './representation.js';
import type { ResourceRequest } from './request-context.js';
import { viewOf } from './request-context.js';
import { currentObject } from './target.js';

/** GET of one object: always its latest version, so only a version from the future is refused. */
export function get(request: ResourceRequest): Reply {
  const view = viewOf(request);
  const text = request.query.get('resourceVersion') ?? '';
  // Without a watch cache in between, the storage itself refuses, in other words.
  const { isCached } = request.resource;
  const asked = isCached ? readVersion(text) : listVersion(text);
  const { version } = request.parts.write.store;
  if (asked > version) throw versionTooLarge(asked, version, isCached ? 1 : undefined);
  return jsonText(200, renderStored(view, currentObject(request)));
}
