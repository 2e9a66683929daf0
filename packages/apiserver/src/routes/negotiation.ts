import { notAcceptable } from '../errors.js';

/** The form of an answer: the object itself, only its metadata, or a table for people. */
export type Form = 'object' | 'metadata' | 'table';

export const MEDIA_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;

const FORMS: Readonly<Record<string, Form>> = {
  Table: 'table',
  PartialObjectMetadata: 'metadata',
  PartialObjectMetadataList: 'metadata',
};

/** Reads an Accept header; the first clause that can be served wins. JSON is the only encoding written here. */
export function negotiate(accept: string | undefined): Form {
  if (accept === undefined || accept.trim() === '') return 'object';
  for (const clause of accept.split(',')) {
    const form = formOf(clause);
    if (form !== undefined) return form;
  }
  throw notAcceptable(MEDIA_TYPES);
}

function formOf(clause: string): Form | undefined {
  const [type = '', ...parameters] = clause.split(';').map((part) => part.trim());
  if (type !== 'application/json' && type !== '*/*' && type !== 'application/*') return undefined;
  const values = new Map(parameters.map((parameter) => parameter.split('=') as [string, string | undefined]));
  const as = values.get('as');
  if (as === undefined) return values.has('g') ? undefined : 'object';
  if (values.get('g') !== 'meta.k8s.io' || values.get('v') !== 'v1') return undefined;
  return Object.hasOwn(FORMS, as) ? FORMS[as] : undefined;
}

/** The media type of a header, without its parameters. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}
