import { isApiStatusError } from '../errors.js';
import type { JsonObject } from '../store/json-value.js';
import { createObject } from '../write/create-object.js';
import { checkGrants } from './check-grants.js';
import type { Written } from '../write/write-context.js';
import type { Reply } from './reply.js';
import { checkSentKind, decodeBody, readerOf } from './request-body.js';
import type { ResourceRequest } from './request-context.js';
import { replyWritten, targetOf } from './target.js';
import type { WriteOptions } from './write-options.js';
import { parseWriteOptions } from './write-options.js';

/** POST of a new object to its collection. */
export function create(request: ResourceRequest): Reply {
  readerOf(request);
  const options = parseWriteOptions(request.query, 'CreateOptions');
  const { body, kind, warnings } = decodeBody(request, options.fieldValidation);
  checkSentKind(request, kind, body);
  checkGrants(request, body);
  const warn = (): void => {
    request.warnings.push(...(request.resource.rules.warnings?.(body, undefined) ?? []));
  };
  const written = created(request, { body, options }, warn);
  warn();
  return replyWritten(request, written, { status: 201, warnings });
}

/** An object that is valid but there already is warned about, too. */
function created(request: ResourceRequest, { body, options }: { body: JsonObject; options: WriteOptions }, warn: () => void): Written {
  try {
    return createObject(request.parts.write, targetOf(request, options), body);
  } catch (error) {
    if (isApiStatusError(error) && error.status.reason === 'AlreadyExists') warn();
    throw error;
  }
}
