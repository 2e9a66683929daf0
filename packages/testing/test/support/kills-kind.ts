// The kind of the stories in which operators are killed. Suites share one control plane: each finds it new, and takes it away again.
import type { ObjectBody } from '@kopfts/core';
import { customResourceDefinition } from '@kopfts/testing';
import type { ApiPerson } from './api-person.js';
import { KIND, NAMESPACES, PLURAL } from './kills-workload.mjs';
import { DEFINITIONS, eventually } from './live-cluster.js';

const COLLECTION = `/apis/${KIND.group}/v1/${PLURAL}`;
const DEFINITION = `${DEFINITIONS}/${PLURAL}.${KIND.group}`;

/** With its namespaces, which stay: they take long to go, and nothing is in them. */
export async function makeKillsKind(person: ApiPerson): Promise<void> {
  await create(person, DEFINITIONS, customResourceDefinition({ ...KIND, plural: PLURAL }), [201]);
  for (const name of NAMESPACES)
    await create(person, '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, [201, 409]);
  await eventually(async () => {
    const { status } = await person.ask('GET', COLLECTION);
    if (status !== 200) throw new Error(`GET ${COLLECTION} was answered ${String(status)}`);
  });
}

/** With all its objects, whatever holds them. */
export async function removeKillsKind(person: ApiPerson): Promise<void> {
  await person.ask('DELETE', DEFINITION);
  await eventually(async () => {
    if ((await person.ask('GET', DEFINITION)).status === 404) return;
    const { body } = await person.ask('GET', COLLECTION);
    for (const { metadata } of (body['items'] ?? []) as unknown as readonly ObjectBody[])
      if (metadata.finalizers !== undefined)
        await person.ask('PATCH', `/apis/${KIND.group}/v1/namespaces/${metadata.namespace ?? ''}/${PLURAL}/${metadata.name}`, {
          metadata: { finalizers: null },
        });
    throw new Error(`${DEFINITION} is still there`);
  }, 120_000);
}

async function create(person: ApiPerson, path: string, object: object, answers: readonly number[]): Promise<void> {
  const { status, body } = await person.ask('POST', path, object);
  if (!answers.includes(status)) throw new Error(`POST ${path} was answered ${String(status)}: ${JSON.stringify(body)}`);
}
