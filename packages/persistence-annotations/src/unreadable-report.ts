import type { FactBody, ObjectView } from '@kopfts/core';

/** How many annotations are remembered as reported; beyond it the oldest may be reported once more. */
const REMEMBERED = 256;

/** Reports each unreadable annotation once: stores load at every pass. Owned by one operator, bounded. */
export function createUnreadableReport(
  plugin: string,
  emit: (fact: Extract<FactBody, { kind: 'plugin' }>) => void,
): (object: ObjectView, annotation: string) => void {
  const reported = new Set<string>();
  return ({ ref }, annotation) => {
    const key = `${ref.uid}/${annotation}`;
    if (reported.has(key)) return;
    reported.add(key);
    const [oldest] = reported;
    if (reported.size > REMEMBERED && oldest !== undefined) reported.delete(oldest);
    const place = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
    emit({
      kind: 'plugin',
      plugin,
      name: 'annotation-unreadable',
      data: {
        level: 'warn',
        message: `[${place}] The annotation '${annotation}' is not readable and counts as absent; the next write repairs it.`,
        annotation,
        uid: ref.uid,
      },
    });
  };
}
