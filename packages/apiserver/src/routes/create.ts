import { createObject } from '../write/create-object.js';
import type { Reply } from './reply.js';
import { checkSentKind, decodeBody, readerOf } from './request-body.js';
import type { ResourceRequest } from './request-context.js';
import { replyWritten, targetOf } from './target.js';
import { parseWriteOptions } from './write-options.js';

/** POST of a new object to its collection. */
export function create(request: ResourceRequest): Reply {
  readerOf(request);
  const options = parseWriteOptions(request.query, 'CreateOptions');
  const { body, kind, warnings } = decodeBody(request, options.fieldValidation);
  checkSentKind(request, kind, body);
  const written = createObject(request.parts.write, targetOf(request, options), body);
  request.warnings.push(...(request.resource.rules.warnings?.(body, undefined) ?? []));
  return replyWritten(request, written, { status: 201, warnings });
}
