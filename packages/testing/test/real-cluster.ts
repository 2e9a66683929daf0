// What suites on the real control plane share: kubectl, and a transport with a person in the middle.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '@kopfts/core';
import { createCredentialSource, createHttpsTransport, type Transport, type WireRequest } from '@kopfts/kubernetes';
import { inject } from 'vitest';
import { PATIENCE_MS } from '../../../tools/kube-apiserver/patience.js';

const run = promisify(execFile);

/** For `vi.waitFor`: whatever takes longer does not come any more. */
export const PATIENCE = { timeout: PATIENCE_MS, interval: 100 } as const;

/** The real kubectl on the real server. */
export async function kubectl(args: readonly string[], input?: object | string): Promise<string> {
  const plane = inject('controlPlane');
  // What it remembers of kinds is of this server alone.
  const env = { ...process.env, HOME: plane.dataDir };
  const child = run(join(plane.assetsDir, 'kubectl'), ['--kubeconfig', plane.kubeconfigPath, ...args], { maxBuffer: 1 << 26, env });
  if (input !== undefined) child.child.stdin?.end(typeof input === 'string' ? input : JSON.stringify(input));
  return (await child).stdout;
}

/** The real transport, with something happening before a request leaves. */
export function transportWith(before: (request: WireRequest) => Promise<void>): Transport {
  const plane = inject('controlPlane');
  const load = () =>
    Promise.resolve({
      server: new URL(plane.url),
      headers: { authorization: `Bearer ${plane.token}` },
      tls: { ca: plane.ca },
      source: 'the control plane of the tests',
    });
  const real = createHttpsTransport({
    credentials: createCredentialSource(load, systemClock),
    clock: systemClock,
    userAgent: 'kopfts (test)',
    timeouts: {},
  });
  return {
    ...real,
    send: async (request, signal) => {
      await before(request);
      return real.send(request, signal);
    },
  };
}
