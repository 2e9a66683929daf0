// The handlers of the operator that is killed: what they leave behind depends on the object alone, however often and in whichever life they run.
import { TemporaryError } from '@kopfts/core';

export const NAME = 'kills';
export const KIND = { group: 'kills.kopf.dev', kind: 'KillExample' };
export const PLURAL = 'killexamples';
export const NAMESPACES = ['kills-a', 'kills-b', 'kills-c'];
export const RETRY_DELAY_MS = 300;

/** Declares them; `work` is what takes them time. */
export function declareWorkload(kopf, work = async () => {}) {
  kopf.on.create(PLURAL, { id: 'name_it' }, async ({ name, signal }) => {
    await work(signal);
    return { name };
  });
  kopf.on.create(PLURAL, { id: 'copy_late' }, async ({ spec, patch, retry, signal }) => {
    await work(signal);
    if (retry === 0) throw new TemporaryError('not at once', { delay: RETRY_DELAY_MS / 1000 });
    patch.status.value = spec.value;
  });
  kopf.on.update(PLURAL, { id: 'copy_again' }, async ({ spec, patch, signal }) => {
    await work(signal);
    patch.status.value = spec.value;
  });
  kopf.on.delete(PLURAL, { id: 'let_go' }, async ({ signal }) => {
    await work(signal);
  });
}
