import type { FieldPath, FieldSpec, Instant, Plugin, PluginHost } from '@kopfts/core';
import type { AnnotationLayout } from './annotation-layout.js';
import { createAnnotationDiffBaseStore } from './diff-base-store.js';
import { createAnnotationProgressStore } from './progress-store.js';
import { createStatusDiffBaseStore } from './status-diff-base-store.js';
import { createFallbackDiffBaseStore, createFallbackProgressStore, createPrunedKinds } from './status-fallback.js';
import type { StatusLayout } from './status-layout.js';
import { createStatusProgressStore } from './status-progress-store.js';
import { CheckedOptions } from './store-options.js';
import type { CommonOptions } from './store-options.js';
import { createLossReport, createUnreadableReport } from './unreadable-report.js';

export interface StatusOptions extends CommonOptions {
  /** What `{name}` stands for in the fields. Default: `kopf.<name of the operator>`, or `kopf` without a name, as in Kopf. */
  readonly name?: string | undefined;
  /** A mapping of handler ids to records, under the status. Default: `status.{name}.progress`. */
  readonly progressField?: FieldSpec | undefined;
  /** A text with the essence handled last, under the status. Default: `status.{name}.last-handled-configuration`. */
  readonly diffBaseField?: FieldSpec | undefined;
  /** With it a Kopf operator wakes itself up; only removed. Default: `status.{name}.dummy`. */
  readonly touchField?: FieldSpec | undefined;
}

const NAME = 'persistence-status';
const KNOWN = ['keeps', 'ignoredFields', 'name', 'progressField', 'diffBaseField', 'touchField'] satisfies (keyof StatusOptions)[];
const FIELD_NAME = { matching: /^[^.]+(?:\.[^.]+)*$/, expected: "names of fields, such as 'kopf' or 'kopf.my-operator'" };

/**
 * Progress and diff base in the status of the object, as Kopf's status storages write them: results, progress and diff base are one
 * request. The schema of the kind has to keep unknown fields there (`x-kubernetes-preserve-unknown-fields: true` on `status.kopf`): where it
 * does not, they go to annotations under `status.<prefix of the operator>`, which is told once for a kind.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION` for fields that are not under the status.
 * @throws UnknownOptionError `KOPF_UNKNOWN_OPTION`.
 * @see Parity spec, section 20: ST-25, ST-42.
 */
export function status(options: StatusOptions = {}): Plugin {
  const checked = new CheckedOptions('status', options, KNOWN);
  checked.text('name', FIELD_NAME);
  const keeps = checked.roles();
  const ignoredFields = checked.ignoredFields();
  layoutOf(checked, options, 'kopf'); // complains here, not when the operator starts
  return {
    name: NAME,
    apiVersion: 1,
    setup: (host) => {
      const { name } = host.identity;
      const layout = layoutOf(checked, options, options.name ?? (name === undefined ? 'kopf' : `kopf.${name}`));
      const emit: PluginHost['emit'] = (fact) => {
        host.emit(fact);
      };
      const onUnreadable = createUnreadableReport(NAME, emit);
      const now = (): Instant => host.clock.now();
      // A prefix of its own: what `annotations()` keeps is another memory, which may be in use beside this one.
      const spare: AnnotationLayout = { prefix: `status.${host.identity.prefix}`, v1: false, remembered: new Map() };
      const pruned = (field: FieldPath) => createPrunedKinds(field, createLossReport(NAME, field.join('.'), emit));
      if (keeps.includes('progress'))
        host.contribute('progressStore', {
          open: () =>
            createFallbackProgressStore({
              status: createStatusProgressStore({ layout, now, onUnreadable }),
              annotations: createAnnotationProgressStore({ ...spare, verbose: false, legacyField: layout.progress, now, onUnreadable }),
              pruned: pruned(layout.progress),
            }),
        });
      if (keeps.includes('diffBase'))
        host.contribute('diffBaseStore', {
          open: () =>
            createFallbackDiffBaseStore(layout.diffBase, {
              status: createStatusDiffBaseStore({ layout, ignoredFields, onUnreadable }),
              annotations: createAnnotationDiffBaseStore({ ...spare, onUnreadable }),
              pruned: pruned(layout.diffBase),
            }),
        });
    },
  };
}

function layoutOf(checked: CheckedOptions<StatusOptions>, options: StatusOptions, name: string): StatusLayout {
  const progress = checked.statusField('progressField', { template: 'status.{name}.progress', name });
  const diffBase = checked.statusField('diffBaseField', { template: 'status.{name}.last-handled-configuration', name });
  const touch = checked.statusField('touchField', { template: 'status.{name}.dummy', name });
  // In `status.kopf` other operators may keep theirs: it is nobody's change of the object. Of fields that were chosen only they are ours.
  const shared = ['status', name.split('.')[0] ?? name];
  return {
    progress,
    diffBase,
    touch,
    ownedByProgress: options.progressField === undefined ? shared : progress,
    ownedByDiffBase: options.diffBaseField === undefined ? shared : diffBase,
  };
}
