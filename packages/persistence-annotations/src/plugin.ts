import type { Plugin, PluginHost } from '@kopfts/core';
import type { AnnotationLayout } from './annotation-layout.js';
import { createAnnotationDiffBaseStore } from './diff-base-store.js';
import { invalidOption, unknownOption } from './errors.js';
import { createAnnotationProgressStore } from './progress-store.js';
import { createUnreadableReport } from './unreadable-report.js';

export interface AnnotationsOptions {
  /** Of the annotations, a DNS name of at most 189 characters. Default: the operator's own, `<name>.kopf.zalando.org`, or Kopf's without a name. */
  readonly prefix?: string | undefined;
  /** Also read and write the keys of Kopf before its v2 keys, for ids that are too long for them. Default: true. */
  readonly v1?: boolean | undefined;
  /** Keep nulls in progress records, for reading them by eye. Default: false. */
  readonly verbose?: boolean | undefined;
}

const NAME = 'persistence-annotations';
const KNOWN = ['prefix', 'v1', 'verbose'] satisfies (keyof AnnotationsOptions)[];
const DNS_NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
/** Kopf's limit: 253 characters less the slash and the 63 of a name (ST-01). */
const MAX_PREFIX = 189;

/**
 * Progress and diff base in annotations of the object, byte for byte as Kopf writes them.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` for a prefix that Kubernetes would refuse.
 * @throws UnknownOptionError `KOPF_UNKNOWN_OPTION`.
 * @see Parity spec, section 20.
 */
export function annotations(options: AnnotationsOptions = {}): Plugin {
  validate(options);
  return {
    name: NAME,
    apiVersion: 1,
    setup: (host) => {
      contribute(host, options);
    },
  };
}

function contribute(host: PluginHost, options: AnnotationsOptions): void {
  const layout: AnnotationLayout = { prefix: options.prefix ?? host.identity.prefix, v1: options.v1 ?? true, remembered: new Map() };
  const onUnreadable = createUnreadableReport(NAME, (fact) => {
    host.emit(fact);
  });
  host.contribute('progressStore', {
    open: () => createAnnotationProgressStore({ ...layout, verbose: options.verbose ?? false, now: () => host.clock.now(), onUnreadable }),
  });
  host.contribute('diffBaseStore', { open: () => createAnnotationDiffBaseStore({ ...layout, onUnreadable }) });
}

function validate(options: AnnotationsOptions): void {
  for (const option of Object.keys(options)) if (!(KNOWN as string[]).includes(option)) throw unknownOption(option, KNOWN);
  const { prefix } = options;
  if (prefix !== undefined && !(typeof prefix === 'string' && prefix.length <= MAX_PREFIX && DNS_NAME.test(prefix)))
    throw invalidOption(
      'prefix',
      prefix,
      `a DNS name in lower case of at most ${String(MAX_PREFIX)} characters, such as 'my-operator.example.com'`,
    );
  for (const option of ['v1', 'verbose'] as const)
    if (options[option] !== undefined && typeof options[option] !== 'boolean')
      throw invalidOption(option, options[option], 'true or false');
}
