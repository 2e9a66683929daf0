import type { FieldSpec, Plugin, PluginHost } from '@kopfts/core';
import type { AnnotationLayout } from './annotation-layout.js';
import { createAnnotationDiffBaseStore } from './diff-base-store.js';
import type { LargeEssences } from './packed-essence.js';
import { createAnnotationProgressStore } from './progress-store.js';
import { CheckedOptions } from './store-options.js';
import type { CommonOptions } from './store-options.js';
import { createSharedReport, createUnreadableReport } from './unreadable-report.js';

export interface AnnotationsOptions extends CommonOptions {
  /** Of the annotations, a DNS name of at most 189 characters. Default: the operator's own, `<name>.kopf.zalando.org`, or Kopf's without a name. */
  readonly prefix?: string | undefined;
  /** Also read and write the keys of Kopf before its v2 keys, for ids that are too long for them. Default: true. */
  readonly v1?: boolean | undefined;
  /** Keep nulls in progress records, for reading them by eye. Default: false. */
  readonly verbose?: boolean | undefined;
  /** The key of the diff base, behind the prefix. Default: `last-handled-configuration`. */
  readonly key?: string | undefined;
  /** The key with which a Kopf operator wakes itself up, behind the prefix; only removed. Default: `touch-dummy`. */
  readonly touchKey?: string | undefined;
  /** Where older Kopf versions left records, under the status; read and purged, never written. Default: `status.kopf.progress`. */
  readonly legacyField?: FieldSpec | undefined;
  /**
   * What becomes of a diff base that does not fit into the annotations of an object: `'compress'`; `'hash'`: only whether something has
   * changed is known, `old` is empty then, and `diff` adds everything; `'refuse'`: it is told (`KOPF_ESSENCE_TOO_LARGE`), and only the process
   * remembers it. Kopf understands none of the first two. Default: `'refuse'`.
   */
  readonly large?: LargeEssences | undefined;
}

const NAME = 'persistence-annotations';
const KNOWN = [
  'keeps',
  'ignoredFields',
  'prefix',
  'v1',
  'verbose',
  'key',
  'touchKey',
  'legacyField',
  'large',
] satisfies (keyof AnnotationsOptions)[];
/** Kopf's limit: 253 characters less the slash and the 63 of a name (ST-01). */
const PREFIX = {
  matching: /^(?=.{1,189}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
  expected: "a DNS name in lower case of at most 189 characters, such as 'my-operator.example.com'",
};
const LARGE = { matching: /^(?:refuse|compress|hash)$/, expected: "'refuse', 'compress' or 'hash'" };
const KEY = { matching: /./, expected: 'the part of the key behind the prefix' };

/**
 * Progress and diff base in annotations of the object, byte for byte as Kopf writes them.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` for a prefix that Kubernetes would refuse.
 * @throws UnknownOptionError `KOPF_UNKNOWN_OPTION`.
 * @see Parity spec, section 20.
 */
export function annotations(options: AnnotationsOptions = {}): Plugin {
  const checked = new CheckedOptions('annotations', options, KNOWN);
  checked.text('prefix', PREFIX);
  checked.text('large', LARGE);
  for (const option of ['key', 'touchKey'] as const) checked.text(option, KEY);
  for (const option of ['v1', 'verbose'] as const) checked.flag(option);
  const keeps = checked.roles();
  const ignoredFields = checked.ignoredFields();
  const legacyField = options.legacyField === undefined ? undefined : checked.statusField('legacyField', { template: '', name: 'kopf' });
  return {
    name: NAME,
    apiVersion: 1,
    setup: (host) => {
      const { prefix = host.identity.prefix, v1 = true, verbose = false, key, touchKey, large } = options;
      const layout: AnnotationLayout = { prefix, v1, touchKey, remembered: new Map() };
      const emit: PluginHost['emit'] = (fact) => {
        host.emit(fact);
      };
      const onUnreadable = createUnreadableReport(NAME, emit);
      const onShared = createSharedReport(NAME, emit);
      if (keeps.includes('progress'))
        host.contribute('progressStore', {
          open: () =>
            createAnnotationProgressStore({ ...layout, verbose, legacyField, now: () => host.clock.now(), onUnreadable, onShared }),
        });
      if (keeps.includes('diffBase'))
        host.contribute('diffBaseStore', {
          open: () => createAnnotationDiffBaseStore({ ...layout, key, ignoredFields, large, onUnreadable }),
        });
    },
  };
}
