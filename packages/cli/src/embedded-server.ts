import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject } from '@kopfts/core';
import type { JsonObject } from '@kopfts/core';
import type { ApiServer } from '@kopfts/apiserver';
import { ManifestError } from './errors.js';
import type { Manifest } from './manifest.js';
import { importOptional } from './optional-package.js';

/** The API server of `kopf dev`: real HTTP, on this machine only, gone when the command ends. */
export interface EmbeddedServer {
  readonly url: string;
  /** Path of a kubeconfig that only this user can read. */
  readonly kubeconfig: string;
  /** Creates objects, in this order. @throws ManifestError with what the server says. */
  create(manifests: readonly Manifest[]): Promise<readonly AppliedObject[]>;
  /** Removes the kubeconfig; also for a process that ends at once. */
  removeFiles(): void;
  close(): Promise<void>;
}

/** An object that was created, with the name of its kind in addresses. */
export interface AppliedObject {
  readonly manifest: Manifest;
  readonly plural: string;
  readonly singular: string;
  /** `undefined` for objects without a namespace. */
  readonly namespace: string | undefined;
  readonly hasStatus: boolean;
}

/** Starts it on a free port. @throws PackageMissingError. */
export async function startEmbeddedServer(): Promise<EmbeddedServer> {
  const { createApiServer } = await importOptional('@kopfts/apiserver', 'kopf dev without a cluster', () => import('@kopfts/apiserver'));
  const server = createApiServer();
  const listening = await server.listen();
  const { url } = listening;
  const folder = mkdtempSync(join(tmpdir(), 'kopf-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, `${JSON.stringify(server.kubeconfig(url), null, 2)}\n`, { mode: 0o600 });
  chmodSync(kubeconfig, 0o600); // Also where a umask or a file system has other ideas.
  const removeFiles = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    url,
    kubeconfig,
    create: (manifests) => createAll(server, manifests),
    removeFiles,
    close: async () => {
      removeFiles();
      await listening.close();
      await server.close();
    },
  };
}

async function createAll(server: ApiServer, manifests: readonly Manifest[]): Promise<readonly AppliedObject[]> {
  const applied: AppliedObject[] = [];
  // One after the other: a definition must be there before its objects.
  for (const manifest of manifests) applied.push(await createOne(server, manifest));
  return applied;
}

async function createOne(server: ApiServer, manifest: Manifest): Promise<AppliedObject> {
  const root = manifest.apiVersion.includes('/') ? `/apis/${manifest.apiVersion}` : `/api/${manifest.apiVersion}`;
  const kind = await findKind(server, root, manifest);
  const namespace = kind.namespaced ? (manifest.namespace ?? 'default') : undefined;
  const path = namespace === undefined ? `${root}/${kind.plural}` : `${root}/namespaces/${namespace}/${kind.plural}`;
  const answer = await request(server, { method: 'POST', path, body: manifest.body });
  if (answer.status >= 300) throw refused(manifest, answer.body);
  return { manifest, plural: kind.plural, singular: kind.singular, namespace, hasStatus: kind.hasStatus };
}

interface ServedKind {
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly hasStatus: boolean;
}

async function findKind(server: ApiServer, root: string, manifest: Manifest): Promise<ServedKind> {
  const { status, body } = await request(server, { method: 'GET', path: root });
  const listed = isJsonObject(body) && Array.isArray(body['resources']) ? body['resources'].filter(isJsonObject) : [];
  const found =
    status === 200 ? listed.find((resource) => resource['kind'] === manifest.kind && !textOf(resource['name']).includes('/')) : undefined;
  if (found === undefined) {
    throw new ManifestError(`${manifest.place}: the embedded server serves no ${manifest.kind} of ${manifest.apiVersion}.`, {
      remedy: 'Give the file with its CustomResourceDefinition, too.',
    });
  }
  const plural = textOf(found['name']);
  const singular = textOf(found['singularName']);
  return {
    plural,
    singular: singular === '' ? manifest.kind.toLowerCase() : singular,
    namespaced: found['namespaced'] === true,
    hasStatus: listed.some((resource) => resource['name'] === `${plural}/status`),
  };
}

interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonObject;
}

async function request(server: ApiServer, { method, path, body }: PlainRequest): Promise<{ status: number; body: unknown }> {
  const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await server.handle({ method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.chunks) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return { status: response.status, body: JSON.parse(text) as unknown };
  } catch {
    return { status: response.status, body: text };
  }
}

function refused(manifest: Manifest, body: unknown): ManifestError {
  const message = isJsonObject(body) ? textOf(body['message']) : '';
  return new ManifestError(`${manifest.place}: the embedded server refuses ${manifest.kind} '${manifest.name}': ${message}`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
