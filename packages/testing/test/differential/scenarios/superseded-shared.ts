import { TemporaryError } from '@kopfts/core';
import { calls, create, gone, remove, rest, start, type Scenario } from '../scenario.js';

export const scenario: Scenario = {
  name: 'superseded-shared',
  declare: (kopf) => {
    const fn = ({ reason, retry }: { reason: string; retry: number }) => {
      if (reason === 'create' && retry === 0) throw new TemporaryError('wait', { delay: 12 });
    };
    kopf.on.create('twins', { id: 'shared' }, fn);
    kopf.on.delete('twins', { id: 'shared' }, fn);
  },
  steps: [start, create('a'), calls(1), rest, remove('a'), calls(2), gone('a')],
  // A deletion begins anew, or the cleanup could be lost.
  differs: (call) => (call.reason === 'delete' ? { ...call, retry: 0 } : call),
};
