// Server-side apply: whole configurations or parts, by three managers, with and without force.

import type { Json } from '../conformance/case.js';
import { brokenText, corrupted } from './corrupt.js';
import type { Place } from './place.js';
import { bodyFor, objectPath, request, scaleBody } from './place.js';
import type { FuzzRequest, JsonMap } from './request.js';

const APPLY = 'application/apply-patch+yaml';

export function apply(place: Place): FuzzRequest {
  const { dice, of } = place;
  const below = of.subresources.length > 0 && dice.chance(0.25) ? `/${dice.pick(of.subresources)}` : '';
  const body = below === '/scale' ? scaleBody(place, {}) : bodyFor(place);
  const query = [
    dice.weighted<string>([
      [12, `fieldManager=${dice.pick(['one', 'two', 'three'])}`],
      [1, ''],
      [1, `fieldManager=${'x'.repeat(129)}`],
    ]),
    dice.weighted<string>([
      [6, ''],
      [5, 'force=true'],
      [1, 'force=odd'],
    ]),
    dice.weighted<string>([
      [8, ''],
      [1, 'dryRun=All'],
      [1, 'fieldValidation=Strict'],
      [1, 'fieldValidation=Ignore'],
    ]),
  ].filter((part) => part !== '');
  return request(place, {
    verb: 'apply',
    method: 'PATCH',
    path: `${objectPath(place)}${below}?${query.join('&')}`,
    body: textOf(place, partOf(place, body)),
    contentType: APPLY,
  });
}

/** Some configurations leave things out that they had before. */
function partOf({ dice }: Place, body: JsonMap): JsonMap {
  if (!dice.chance(0.3)) return body;
  const kept = Object.entries(body).filter(([key]) => ['apiVersion', 'kind', 'metadata'].includes(key) || dice.chance(0.5));
  return Object.fromEntries(kept);
}

function textOf({ dice, of }: Place, body: Json): string {
  const text = JSON.stringify(of.isNamespaced && dice.chance(0.06) ? corrupted(dice, body) : body);
  return dice.chance(0.02) ? brokenText(dice, text) : text;
}
