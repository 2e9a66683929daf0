import { createApiServer } from '@kopfts/apiserver';
import { afterAll, beforeAll } from 'vitest';
import { describeCases } from './conformance/describe-cases.js';
import type { Wire } from './conformance/run-case.js';
import { inProcess, overHttp } from './conformance/targets.js';

const tokens = { admin: 'admin-token', limited: 'limited-token', operator: 'operator-token' };
const users = {
  'admin-token': { name: 'admin', uid: 'admin', groups: ['system:masters'] },
  // An empty column of a token file is an empty group.
  'limited-token': { name: 'limited', uid: 'limited', groups: [''] },
  'operator-token': { name: 'operator', uid: 'operator', groups: [''] },
};
// A version from the future is refused at once: waiting for it is tested with a manual clock.
const memory = createApiServer({ seed: 1, garbageCollection: false, freshnessTimeoutMs: 0, authorization: 'RBAC', tokens: users });
let overSockets: Wire | undefined;
beforeAll(async () => {
  overSockets = overHttp((await memory.listen()).url);
});
afterAll(() => memory.close());

describeCases('the in-memory server, in process', () => inProcess(memory), { isReal: false, tokens });
describeCases(
  'the in-memory server, over HTTP',
  () => {
    if (overSockets === undefined) throw new Error('the server is not listening yet');
    return overSockets;
  },
  { isReal: false, tokens },
);
