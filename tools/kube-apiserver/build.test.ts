import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { moduleFile } from './add-version.mjs';
import { ensureAssets } from './build.mjs';

describe('another version of the control plane', () => {
  it('is refused where it has no module files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kopfts-build-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'go'), '#!/bin/sh\n', { mode: 0o755 });
    const env = { PATH: folder, KOPFTS_KUBERNETES: '1.1' };
    await expect(ensureAssets({ env })).rejects.toThrow(/^KOPFTS_KUBERNETES is 1\.1, which has no versions.1\.1\.mod$/);
  });

  it('has the staging modules of Kubernetes at its own version, and the etcd that goes with it', () => {
    const upstream = [
      'require (',
      '\tgo.etcd.io/etcd/client/v3 v3.6.4',
      '\tk8s.io/api v0.0.0',
      ')',
      'replace (',
      '\tk8s.io/api => ./staging/src/k8s.io/api',
      '\tk8s.io/elsewhere => example.org/elsewhere v1.0.0',
      ')',
    ].join('\n');
    const text = moduleFile('1.34.4', upstream);
    expect(text).toContain('\tgo.etcd.io/etcd/server/v3 v3.6.4\n');
    expect(text).toContain('\tk8s.io/kubernetes v1.34.4\n');
    expect(text).toMatch(/replace \(\n\tk8s\.io\/api => k8s\.io\/api v0\.34\.4\n\)/);
  });
});
