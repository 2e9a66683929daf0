// The kind of the stories in which operators are killed. Suites share one control plane: each finds it new, and takes it away again.
import { customResourceDefinition } from '@kopfts/testing';
import { define, undefine } from '../../../../tools/kube-apiserver/definitions.js';
import type { ApiPerson, ServerAccess } from './api-person.js';
import { KIND, NAMESPACES, PLURAL } from './kills-workload.mjs';

const DEFINITION = customResourceDefinition({ ...KIND, plural: PLURAL });

/** With its namespaces, which stay: they take long to go, and nothing is in them. */
export async function makeKillsKind(person: ApiPerson, server: ServerAccess): Promise<void> {
  await define(server, DEFINITION);
  for (const name of NAMESPACES)
    await create(person, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, [201, 409]);
}

/** With all its objects, whatever holds them. */
export const removeKillsKind = (server: ServerAccess): Promise<void> => undefine(server, DEFINITION);

async function create(person: ApiPerson, path: string, object: object, answers: readonly number[]): Promise<void> {
  const { status, body } = await person.ask('POST', path, object);
  if (!answers.includes(status)) throw new Error(`POST ${path} was answered ${String(status)}: ${JSON.stringify(body)}`);
}
