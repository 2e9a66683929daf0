import { isApiStatusError } from '../errors.js';
import type { JsonObject } from '../store/json-value.js';
import { createObject } from '../write/create-object.js';
import { checkGrants } from './check-grants.js';
import type { WriteTarget, Written } from '../write/write-context.js';
import type { Reply } from './reply.js';
import { checkSentKind, decodeBody, readerOf } from './request-body.js';
import type { ResourceRequest } from './request-context.js';
import { replyWritten, targetOf } from './target.js';
import { parseWriteOptions } from './write-options.js';

/** POST of a new object to its collection. */
export function create(request: ResourceRequest): Reply {
  readerOf(request);
  const options = parseWriteOptions(request.query, 'CreateOptions');
  const { body, form, kind, warnings } = decodeBody(request, options.fieldValidation);
  checkSentKind(request, kind, body);
  checkGrants(request, body);
  const warn = (): void => {
    request.warnings.push(...(request.resource.rules.warnings?.(body, undefined) ?? []));
  };
  const written = created(request, { body, target: { ...targetOf(request, options), form } }, warn);
  warn();
  return replyWritten(request, written, { status: 201, warnings });
}

/** An object that is valid but there already is warned about, too. */
function created(request: ResourceRequest, { body, target }: { body: JsonObject; target: WriteTarget }, warn: () => void): Written {
  try {
    return createObject(request.parts.write, target, body);
  } catch (error) {
    if (isApiStatusError(error) && error.status.reason === 'AlreadyExists') warn();
    throw error;
  }
}
