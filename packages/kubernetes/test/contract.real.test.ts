import { clusterClientContract, exceptCases } from '@kopfts/core/contracts';
import { afterEach, describe, inject, it } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { openSubject, type OpenSubject } from './support/contract-subject.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function make(user: 'admin' | 'operator'): Promise<OpenSubject> {
  const { url, ca, token, tokens } = inject('controlPlane');
  const subject = await openSubject({
    credentials: { server: new URL(url), headers: { authorization: `Bearer ${token}` }, tls: { ca }, source: 'the test' },
    user: user === 'admin' ? undefined : { name: user, token: tokens[user] ?? '' },
    forgetHistory: () => {
      throw new Error('all suites share this server: its history stays');
    },
  });
  cleanups.push(() => subject.close());
  return subject;
}

const WHY = 'its watch cache remembers what etcd forgot until the server, which all suites share, is restarted';
const cases = exceptCases(clusterClientContract, {
  '[B9] infers what was deleted while the history was lost': WHY,
  'goes on with changes after the history was lost': WHY,
  '[B10] says that an object is gone before another one takes its name': WHY,
});

describe.each(['admin', 'operator'] as const)('the cluster client on a real kube-apiserver, as %s', (user) => {
  for (const one of cases.filter(({ skipped }) => skipped === undefined)) it(one.name, () => one.run(() => make(user)));
});
