import { createApiServer } from '@kopfts/apiserver';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { MACHINES } from './kubectl/machines.js';
import { comparable } from './kubectl/comparable.js';
import type { Seat } from './kubectl/run-lines.js';
import { closeSeat, openSeat, runLines } from './kubectl/run-lines.js';
import { SCRIPTS } from './kubectl/scripts.js';

// As the token file of the real server has them.
const users = {
  admin: { name: 'admin', uid: 'admin', groups: ['system:masters'] },
  limited: { name: 'limited', uid: 'limited', groups: [''] },
};
const server = createApiServer({ seed: 1, garbageCollection: false, authorization: 'RBAC', tokens: users });
const seats: { ours: Seat; real: Seat } = { ours: { kubectl: '', folder: '' }, real: { kubectl: '', folder: '' } };

/** The same lines where the truth is: where kubectl prints something else, ours is wrong. */
describe('kubectl over TLS, on the in-memory server and on a real kube-apiserver', () => {
  beforeAll(async () => {
    const { assetsDir, url, ca, tokens } = inject('controlPlane');
    const kubectl = `${assetsDir}/kubectl`;
    const listening = await server.listen({ tls: true });
    seats.ours = await openSeat(kubectl, { url: listening.url, ca: listening.ca ?? '', tokens: { admin: 'admin', limited: 'limited' } });
    seats.real = await openSeat(kubectl, { url, ca, tokens });
    for (const seat of Object.values(seats)) {
      await runLines(seat, 'default', [
        { run: 'create -f -', input: MACHINES },
        `wait --for=condition=Established crd/machines.kubectl-scripts.kopf.dev --timeout=120s`,
      ]);
    }
  });
  afterAll(async () => {
    await server.close();
    await Promise.all(Object.values(seats).map(closeSeat));
  });

  it.each(SCRIPTS)('$title', async ({ namespace, lines }) => {
    const all = [`create namespace ${namespace}`, ...lines];
    const [ours, real] = await Promise.all([runLines(seats.ours, namespace, all), runLines(seats.real, namespace, all)]);
    expect(comparable(all, ours)).toBe(comparable(all, real));
  });
});
