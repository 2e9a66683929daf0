import { FutureVersionError, notFound } from '../errors.js';
import { listVersion, readVersion } from '../store/resource-version.js';
import type { StoredObject } from '../store/stored-object.js';
import { keyOf } from '../store/stored-object.js';
import type { Reply } from './reply.js';
import { jsonText } from './reply.js';
import { renderStored } from './representation.js';
import type { ResourceRequest } from './request-context.js';
import { viewOf } from './request-context.js';

/** GET of one object: its latest version, or with a version in the query what this front end has seen of it, from that version on. */
export function get(request: ResourceRequest): Reply {
  return jsonText(200, renderStored(viewOf(request), objectToRead(request)));
}

/** The object in the version that the query asks for. */
export function objectToRead(request: ResourceRequest): StoredObject {
  const { parts, resource, namespace, name } = request;
  const resourceVersion = request.query.get('resourceVersion') ?? '';
  // Without a watch cache in between, the storage itself refuses, in other words.
  const asked = resource.isCached ? readVersion(resourceVersion) : listVersion(resourceVersion);
  const seen = resourceVersion === '' && parts.consistentReads ? parts.write.store : parts.watch.view;
  if (asked > seen.version) throw new FutureVersionError(asked, seen.version, resource);
  const current = seen.collection(resource.collection).get(keyOf(namespace, name));
  if (current === undefined) throw notFound(resource, name);
  return current;
}
