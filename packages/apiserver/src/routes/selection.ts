import { parseFieldSelector } from '../selector/field-selector.js';
import { parseLabelSelector } from '../selector/label-selector.js';
import type { Selection } from '../watch/selection.js';
import type { ListOptions } from './list-options.js';
import type { ResourceRequest } from './request-context.js';

/** What the path and the selectors of a request select together. */
export function selectionOf(request: ResourceRequest, options: ListOptions): Selection {
  const { rules } = request.resource;
  const fields = parseFieldSelector(options.fieldSelector, {
    fields: rules.selectableFields,
    refuse: (field) => rules.refuseField(field),
    storedField: (field) => rules.storedField?.(field) ?? field,
  });
  const isOne = request.name !== '';
  return {
    prefix: request.namespace === '' ? '' : `${request.namespace}/`,
    labels: parseLabelSelector(options.labelSelector),
    fields: isOne ? { isEmpty: false, matches: (object) => object.name === request.name && fields.matches(object) } : fields,
  };
}
