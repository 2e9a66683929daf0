import { RequestInvalidError } from '../errors.js';
import type { WireRequest } from './request.js';

/** From the root of the server, visible ASCII: no other host, no other line of the request. */
const PATH = /^\/(?!\/)[\x21-\x7e]*$/;
/** Whoever is in between may resolve them. */
const DOTS = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i;

/** Refuses a path that could lead elsewhere: another address, or up from where it begins. @throws RequestInvalidError `KOPF_REQUEST_INVALID` */
export function checkPath({ path, method }: Pick<WireRequest, 'path' | 'method'>): void {
  const query = path.indexOf('?');
  if (!PATH.test(path) || path.includes('#') || DOTS.test(query === -1 ? path : path.slice(0, query))) {
    throw new RequestInvalidError(`its path is none of the API server (${method})`);
  }
}
