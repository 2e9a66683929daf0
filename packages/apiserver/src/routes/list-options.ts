import type { FieldError } from '../errors.js';
import { integerParameter, isTrue } from '../query-parameter.js';
import { checkFieldSelector } from '../selector/field-selector.js';
import { parseLabelSelector } from '../selector/label-selector.js';
import { fieldForbidden, fieldUnsupported, invalid } from '../errors.js';

/** The query of a list or a watch, checked as far as that needs no state. */
export interface ListOptions {
  readonly isWatch: boolean;
  readonly resourceVersion: string;
  readonly match: '' | 'Exact' | 'NotOlderThan';
  readonly limit: number;
  readonly continueToken: string;
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly sendInitialEvents: boolean | undefined;
  readonly allowsBookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && isTrue(value);
}

export function isWatchQuery(query: URLSearchParams): boolean {
  return flag(query, 'watch');
}

export function parseListOptions(query: URLSearchParams, options: { isWatch: boolean }): ListOptions {
  const match = query.get('resourceVersionMatch') ?? '';
  const parsed = {
    isWatch: options.isWatch,
    resourceVersion: query.get('resourceVersion') ?? '',
    limit: Math.max(0, integerParameter(query, 'limit') ?? 0),
    continueToken: query.get('continue') ?? '',
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    sendInitialEvents: query.has('sendInitialEvents') ? flag(query, 'sendInitialEvents') : undefined,
    allowsBookmarks: flag(query, 'allowWatchBookmarks'),
    timeoutSeconds: integerParameter(query, 'timeoutSeconds'),
  };
  parseLabelSelector(parsed.labelSelector);
  checkFieldSelector(parsed.fieldSelector);
  const errors = options.isWatch ? watchErrors(parsed, match) : listErrors(parsed, match);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  return { ...parsed, match: match === 'Exact' || match === 'NotOlderThan' ? match : '' };
}

type Unmatched = Omit<ListOptions, 'match'>;
const MATCH = 'resourceVersionMatch';

function watchErrors(options: Unmatched, match: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const isListed = options.sendInitialEvents !== undefined;
  if (match !== '' && !isListed)
    errors.push(fieldForbidden(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'));
  if (isListed && match !== 'NotOlderThan')
    errors.push(fieldForbidden(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (match !== '' && match !== 'NotOlderThan') errors.push(fieldUnsupported(MATCH, JSON.stringify(match), ['NotOlderThan']));
  return errors;
}

function listErrors(options: Unmatched, match: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (options.sendInitialEvents !== undefined) errors.push(fieldForbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (match === '') return errors;
  if (options.resourceVersion === '')
    errors.push(fieldForbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (options.continueToken !== '') errors.push(fieldForbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan')
    errors.push(fieldUnsupported(MATCH, JSON.stringify(match), ['Exact', 'NotOlderThan', '']));
  if (match === 'Exact' && options.resourceVersion === '0') {
    errors.push(fieldForbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return errors;
}
