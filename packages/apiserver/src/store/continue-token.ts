import { badRequest } from '../errors.js';
import { parseJson } from '../json-text.js';
import type { JsonObject } from './json-value.js';
import { isObject, own } from './json-value.js';

/** Where a paged list goes on; `version` is -1 for "whatever is there now". */
export interface ContinueToken {
  readonly version: number;
  readonly start: string;
}

export function encodeContinue(token: ContinueToken): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: token.version, start: token.start });
  return Buffer.from(text, 'utf8').toString('base64url');
}

function refuse(why: string): never {
  throw badRequest(`invalid continue token: continue key is not valid${why === '' ? '' : `: ${why}`}`);
}

function parse(text: string): JsonObject {
  const wrong = text.search(/[^A-Za-z0-9_-]/);
  if (wrong >= 0 || text.length % 4 === 1)
    throw badRequest(
      `invalid continue token: continue key is not valid: illegal base64 data at input byte ${wrong < 0 ? text.length - 1 : wrong}`,
    );
  const value = parseJson(Buffer.from(text, 'base64url').toString('latin1'), (why) =>
    badRequest(`invalid continue token: continue key is not valid: ${why}`),
  );
  return isObject(value) ? value : refuse('not an object');
}

export function decodeContinue(text: string): ContinueToken {
  const token = parse(text);
  const encoding = own(token, 'v');
  if (encoding !== 'meta.k8s.io/v1')
    refuse(`server does not recognize this encoded version ${typeof encoding === 'string' ? encoding : ''}`);
  const version = own(token, 'rv');
  const start = own(token, 'start');
  if (typeof version !== 'number' || version === 0) refuse('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start === '') refuse('encoded start key empty (version meta.k8s.io/v1)');
  const steps = start.split('/');
  if (steps.some((step, index) => step === '..' || step === '.' || (step === '' && index > 0))) refuse(start);
  return { version, start };
}
