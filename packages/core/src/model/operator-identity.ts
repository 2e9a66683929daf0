/** Kopf's own names, used when the configuration has no `name`. */
const KOPF_PREFIX = 'kopf.zalando.org';
const KOPF_FINALIZER = 'kopf.zalando.org/KopfFinalizerMarker';

/** Who we are on the cluster (design 6.1), derived from the configuration's `name`. */
export interface OperatorIdentity {
  /** `undefined`: Kopf's own names, for replacing a Kopf operator in place. */
  readonly name: string | undefined;
  /** Of annotations: `<name>.kopf.zalando.org`, which Kopf ignores as another operator's, or `kopf.zalando.org`. */
  readonly prefix: string;
  readonly finalizer: string;
  readonly fieldManager: string;
}

/** The names of an operator; without a name those of Kopf (spec Z-01, ST-01). */
export function identityOf(name: string | undefined): OperatorIdentity {
  if (name === undefined) return { name, prefix: KOPF_PREFIX, finalizer: KOPF_FINALIZER, fieldManager: 'kopf' };
  const prefix = `${name}.${KOPF_PREFIX}`;
  return { name, prefix, finalizer: `${prefix}/finalizer`, fieldManager: name };
}
