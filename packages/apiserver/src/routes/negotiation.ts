// What the client would like to get, and in which encoding.

import { ApiStatusError, notAcceptable } from '../errors.js';

/** The form of an answer: the object itself, only its metadata, or a table for people. */
export type Form = 'object' | 'metadata' | 'metadata-list' | 'table';

export interface Negotiated {
  readonly form: Form;
  /** The version of the form: tables are also served in the old one. */
  readonly version: 'v1' | 'v1beta1';
  readonly encoding: 'json' | 'yaml';
}

export const MEDIA_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;
const STREAM_TYPES = ['application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'] as const;

const FORMS: Readonly<Record<string, Form>> = {
  Table: 'table',
  PartialObjectMetadata: 'metadata',
  PartialObjectMetadataList: 'metadata-list',
};
const PLAIN: Negotiated = { form: 'object', version: 'v1', encoding: 'json' };

/** Reads an Accept header; the first clause that can be served wins. JSON and YAML are the encodings written here. */
export function negotiate(accept: string | undefined): Negotiated {
  if (accept === undefined || accept.trim() === '') return PLAIN;
  for (const clause of accept.split(',')) {
    const found = clauseOf(clause);
    if (found !== undefined) return found;
  }
  throw notAcceptable(MEDIA_TYPES);
}

/** Watches are streams, which are written in JSON only. */
export function negotiateStream(accept: string | undefined): Negotiated {
  const found = negotiate(accept);
  if (found.encoding !== 'json') throw notAcceptable(STREAM_TYPES);
  return found;
}

function clauseOf(clause: string): Negotiated | undefined {
  const [type = '', ...parameters] = clause.split(';').map((part) => part.trim());
  const encoding = type === 'application/yaml' ? 'yaml' : 'json';
  if (encoding === 'json' && type !== 'application/json' && type !== '*/*' && type !== 'application/*') return undefined;
  const values = new Map(parameters.map((parameter) => parameter.split('=') as [string, string | undefined]));
  const as = values.get('as');
  if (as === undefined) return values.has('g') ? undefined : { ...PLAIN, encoding };
  const version = values.get('v');
  if (values.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  const form = Object.hasOwn(FORMS, as) ? FORMS[as] : undefined;
  return form === undefined ? undefined : { form, version, encoding };
}

/** Whether errors of a request go out as YAML; an Accept header that cannot be served gets JSON. */
export function wantsYaml(accept: string | undefined): boolean {
  try {
    return negotiate(accept).encoding === 'yaml';
  } catch {
    return false;
  }
}

/** The routes of built-in resources look at the media types before anything else does. */
export function checkBuiltinAccept(accept: string | undefined, options: { isCollection: boolean }): void {
  if (accept === undefined || accept.trim() === '') return;
  const isServed = accept.split(',').some((clause) => {
    const type = clause.split(';')[0]?.trim() ?? '';
    return type === '*/*' || MEDIA_TYPES.some((known) => known === type);
  });
  if (isServed) return;
  const available = [...MEDIA_TYPES, ...(options.isCollection ? STREAM_TYPES : [])].join(', ');
  throw new ApiStatusError(406, `406: Not Acceptable\n\nAvailable representations: ${available}`, { reason: 'NotAcceptable', details: {} });
}

/** The media type of a header, without its parameters. */
export function mediaType(header: string | undefined): string {
  if (header === undefined) return '';
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}
