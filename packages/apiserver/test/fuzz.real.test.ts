import { Buffer } from 'node:buffer';
import { createApiServer } from '@kopfts/apiserver';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import type { ControlPlane } from '../../../tools/kube-apiserver/control-plane.mjs';
import type { Wire } from './conformance/run-case.js';
import { inProcess, overHttp } from './conformance/targets.js';
import { readDeviations } from './fuzz/deviations.js';
import type { FuzzServers } from './fuzz/run-fuzz.js';
import { describeFinding, prepare, runFuzz } from './fuzz/run-fuzz.js';

// `npm run long -- fuzz` asks for more (KOPFTS_COUNT requests from KOPFTS_SEED), KOPFTS_FUZZ_REPLAY=SEED:EPISODE,EPISODE… for these again.
const LENGTH = 40;
const SHOWN = 60;
/** Of all episodes. */
const MOST_CUT_SHORT = 0.03;
const { KOPFTS_FUZZ_REPLAY: replay, KOPFTS_SEED: seedText = '1', KOPFTS_COUNT: requestsText = '3400' } = process.env;
const [seedAgain, again] = replay?.split(':') ?? [];
const seed = Number(seedAgain ?? seedText);
const episodes =
  again === undefined
    ? Array.from({ length: Math.ceil(Number(requestsText) / LENGTH) }, (_, index) => index)
    : again.split(',').map(Number);
// Ten requests a second on the busiest machine.
const BOUND_MS = 300_000 + Number(requestsText) * 100;

describe('random requests to a real kube-apiserver and to the in-memory server', () => {
  const { assetsDir } = inject('controlPlane');
  const users = { admin: { name: 'admin', groups: ['system:masters'] } };
  const memory = createApiServer({
    seed: 1,
    garbageCollection: false,
    deletesNamespaceContent: false,
    authorization: 'RBAC',
    tokens: users,
  });
  let controlPlane: ControlPlane | undefined;
  let servers: FuzzServers | undefined;

  beforeAll(async () => {
    // Controllers would change things at times of their own.
    controlPlane = await startControlPlane({ assetsDir, controllerManager: false });
    const { url, token, ca } = controlPlane;
    const ours: Wire = (request) => inProcess(memory)({ ...request, headers: { authorization: 'Bearer admin', ...request.headers } });
    servers = { ours, real: overHttp(url, { authorization: `Bearer ${token}`, ca: Buffer.from(ca) }) };
    await prepare(servers);
  });
  afterAll(async () => {
    await memory.close();
    await controlPlane?.stop();
  });

  it(
    'are answered alike, but for what docs/conformance.md lists',
    async () => {
      if (servers === undefined) throw new Error('the servers are not there');
      const run = Math.random().toString(36).slice(2, 7);
      const { requests, findings, cutShort } = await runFuzz(servers, {
        seed,
        episodes,
        length: LENGTH,
        run,
        deviations: readDeviations(),
        found: (finding) => console.log(`fuzz: ${describeFinding(finding)}`),
      });
      expect(findings.slice(0, SHOWN).map(describeFinding).join('\n\n')).toBe('');
      // An episode also ends after a known difference that changes what comes later. That must stay rare, or little is compared.
      for (const { episode, step, why } of cutShort) console.log(`fuzz: episode ${seed}:${episode} ended after request ${step}: ${why}`);
      console.log(`fuzz: ${requests} requests from seed ${seed}, ${cutShort.length} of ${episodes.length} episodes ended early`);
      expect(cutShort.length).toBeLessThanOrEqual(Math.max(1, episodes.length * MOST_CUT_SHORT));
      expect(requests).toBeGreaterThanOrEqual(Math.min(3_000, episodes.length * LENGTH * 0.9));
    },
    BOUND_MS,
  );
});
