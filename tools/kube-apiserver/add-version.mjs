/**
 * Makes the module files of another version: `node tools/kube-apiserver/add-version.mjs 1.34.4` writes versions/1.34.mod and 1.34.sum.
 * k8s.io/kubernetes replaces its staging modules by folders of its own, which whoever depends on it has to repeat with versions.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sourceDir = dirname(fileURLToPath(import.meta.url));
const go = (...args) => execFileSync('go', args, { cwd: sourceDir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

/** The text of go.mod before `go mod tidy`, from the one of k8s.io/kubernetes at this version. */
export function moduleFile(version, upstream) {
  const staged = `v${version.replace(/^1\./, '0.')}`;
  const etcd = /^\tgo\.etcd\.io\/etcd\/client\/v3 (v\S+)/m.exec(upstream)?.[1];
  const modules = [...upstream.matchAll(/^\t(k8s\.io\/\S+) => \.\/staging\/src\/\S+$/gm)].map(([, name]) => name);
  return [
    'module kopfts/tools/kube-apiserver',
    'go 1.26.0',
    `require (\n\tgo.etcd.io/etcd/server/v3 ${etcd}\n\tk8s.io/component-base ${staged}\n\tk8s.io/kubectl ${staged}\n\tk8s.io/kubernetes v${version}\n)`,
    `replace (\n${modules.map((name) => `\t${name} => ${name} ${staged}`).join('\n')}\n)`,
    '',
  ].join('\n\n');
}

function addVersion(version) {
  const { GoMod } = JSON.parse(go('mod', 'download', '-json', `k8s.io/kubernetes@v${version}`));
  mkdirSync(join(sourceDir, 'versions'), { recursive: true });
  const file = join('versions', `${version.split('.').slice(0, 2).join('.')}.mod`);
  writeFileSync(join(sourceDir, file), moduleFile(version, readFileSync(GoMod, 'utf8')));
  go('mod', 'tidy', `-modfile=${file}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const version of process.argv.slice(2)) addVersion(version);
}
