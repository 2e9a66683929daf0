import type { ClusterClientSubject } from './cluster-client-subject.js';
import { clusterChildContract } from './cluster-child-contract.js';
import { clusterWatchContract } from './cluster-watch-contract.js';
import { clusterWriteContract } from './cluster-write-contract.js';
import type { ContractCase } from './contract-case.js';
import { requireThat, requireEqual } from './require.js';
import type { Catalogue } from '../ports/cluster-client.js';

const clusterCatalogueContract: readonly ContractCase<ClusterClientSubject>[] = [
  {
    name: 'finds a kind by its plural and its group, with what the engine must know about it',
    run: async (make) => {
      const subject = await make();
      const { group, version, plural, kind, namespaced } = subject.resource;
      const { resources } = await resolve(subject, plural);
      const found = resources.find((one) => one.group === group && one.plural === plural && one.version === version);
      requireThat(found !== undefined, `${plural} of ${group} is not in the catalogue`);
      requireEqual({ kind: found.kind, namespaced: found.namespaced }, { kind, namespaced }, 'kind and scope');
      requireThat(found.subresources.includes('status'), 'the status subresource is not in the catalogue');
      requireThat(found.verbs.includes('watch') && found.verbs.includes('patch'), 'verbs are missing in the catalogue');
    },
  },
  {
    name: 'answers without failing when a kind is not served',
    run: async (make) => {
      const subject = await make();
      const { resources } = await resolve(subject, 'nosuchthings');
      requireThat(!resources.some(({ plural }) => plural === 'nosuchthings'), 'the catalogue has a kind that does not exist');
    },
  },
];

/** What every `ClusterClient` does: discovery, watches, writes. */
export const clusterClientContract: readonly ContractCase<ClusterClientSubject>[] = [
  ...clusterCatalogueContract,
  ...clusterWatchContract,
  ...clusterWriteContract,
  ...clusterChildContract,
];

function resolve(subject: ClusterClientSubject, plural: string): Promise<Catalogue> {
  const selector = { by: 'plural', name: plural, group: subject.resource.group, version: undefined } as const;
  return subject.waitFor(subject.client.resolve([selector], new AbortController().signal));
}
