import { Buffer } from 'node:buffer';
import { errorText, isJsonObject, parseInstant, type Instant, type Json, type JsonObject } from '@kopfts/core';
import { CredentialsError, KubeconfigBrokenError } from '../errors.js';
import { RENEWAL_MS, withinTime, type Authenticator, type AuthenticatorPorts, type Proof } from './authenticator.js';
import type { Program, ProgramEnd } from './environment.js';
import type { FileCache } from './file-cache.js';
import { pathFrom, textOf, type KubeconfigContext, type KubeconfigEntry } from './kubeconfig-context.js';
import { firstWords } from './plugin-words.js';

/** A credential is some kilobytes. */
const MOST_OUTPUT_BYTES = 1024 * 1024;
const API_GROUP = 'client.authentication.k8s.io/';
const VERSIONS = [`${API_GROUP}v1`, `${API_GROUP}v1beta1`];
/** Meant for our own process, or for programs that npm runs: a plugin that is a Node program must not load what we load. */
const OURS = /^(NODE_OPTIONS|NODE_CHANNEL_.*|NODE_UNIQUE_ID|NODE_V8_COVERAGE|npm_.*|KOPF_.*|VITEST.*|KUBERNETES_EXEC_INFO)$/;

/**
 * A program that prints credentials (the `exec` of a kubeconfig's user).
 *
 * *Guarantees*: no shell, no terminal, a bounded time and output. It runs again shortly before its credential expires, or when that was
 * refused; a credential without an end is kept until it is refused. *Errors*: `KOPF_KUBECONFIG_BROKEN` for an `exec` that cannot be
 * used, `KOPF_CREDENTIALS` with the first words of the plugin's standard error, without anything in them that looks like a secret.
 */
export function createExecPlugin(chosen: KubeconfigContext, { files, source, ports }: PluginPorts): Authenticator {
  const plugin = readPlugin(chosen, source);
  let kept: { readonly proof: Proof; readonly untilMs: Instant } | undefined;
  return async (fresh) => {
    if (kept !== undefined && !fresh && ports.clock.now() < kept.untilMs - RENEWAL_MS) return kept.proof;
    const input = await inputOf(plugin, chosen.cluster, files);
    kept = readCredential(await runPlugin(plugin, input, ports), plugin);
    return kept.proof;
  };
}

/** What a plugin needs besides its kubeconfig. */
export interface PluginPorts {
  readonly files: FileCache;
  /** For messages. */
  readonly source: string;
  readonly ports: AuthenticatorPorts;
}

interface Plugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint: string | undefined;
  /** It wants to know which cluster its credential is for. */
  readonly wantsCluster: boolean;
  readonly source: string;
}

function readPlugin({ user }: KubeconfigContext, source: string): Plugin {
  const exec = isJsonObject(user.fields['exec']) ? user.fields['exec'] : {};
  const broken = (why: string): never => {
    throw new KubeconfigBrokenError(source, `the exec plugin of its user ${why}`);
  };
  const command = textOf(exec['command']) ?? broken('has no command');
  const apiVersion = textOf(exec['apiVersion']) ?? broken('has no apiVersion');
  if (!VERSIONS.includes(apiVersion)) broken(`wants ${apiVersion}; known are ${VERSIONS.join(', ')}`);
  if (exec['interactiveMode'] === 'Always') broken('needs a terminal (interactiveMode: Always), which an operator has not');
  const args = Array.isArray(exec['args']) ? (exec['args'] as readonly Json[]).map(String) : [];
  return {
    // As kubectl does: a bare name is looked up in PATH, a relative path begins at the kubeconfig.
    command: /[/\\]/.test(command) ? (pathFrom(user.path, command) ?? command) : command,
    args,
    variables: namedValues(exec['env']),
    apiVersion,
    installHint: textOf(exec['installHint']),
    wantsCluster: exec['provideClusterInfo'] === true,
    source,
  };
}

/** What the plugin is told, as JSON. */
async function inputOf({ apiVersion, wantsCluster }: Plugin, cluster: KubeconfigEntry, files: FileCache): Promise<string> {
  const told = wantsCluster ? { cluster: await clusterForPlugin(cluster, files) } : {};
  return JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false, ...told } });
}

/** Fields of a cluster that plugins are told as they are. */
const TOLD = ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'proxy-url', 'disable-compression'] as const;
/** What a kubeconfig says of a cluster to plugins alone. */
const CONFIG_EXTENSION = 'client.authentication.k8s.io/exec';

/** As kubectl tells it: the authority is inline, also where the kubeconfig names a file. */
async function clusterForPlugin({ fields, path }: KubeconfigEntry, files: FileCache): Promise<JsonObject> {
  const file = pathFrom(path, textOf(fields['certificate-authority']));
  const inline = textOf(fields['certificate-authority-data']);
  const authority = inline ?? (file === undefined ? undefined : Buffer.from(await files.read(file, true)).toString('base64'));
  const config = extensionOf(fields['extensions'], CONFIG_EXTENSION);
  return {
    ...Object.fromEntries(TOLD.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]))),
    ...(authority === undefined ? {} : { 'certificate-authority-data': authority }),
    ...(config === undefined ? {} : { config }),
  };
}

function extensionOf(list: Json | undefined, name: string): Json | undefined {
  const items = Array.isArray(list) ? (list as readonly Json[]).filter(isJsonObject) : [];
  return items.find((item) => item['name'] === name)?.['extension'];
}

function namedValues(list: Json | undefined): Record<string, string> {
  const values: Record<string, string> = {};
  for (const item of Array.isArray(list) ? (list as readonly Json[]) : []) {
    if (isJsonObject(item) && typeof item['name'] === 'string') values[item['name']] = textOf(item['value']) ?? '';
  }
  return values;
}

async function runPlugin(plugin: Plugin, input: string, ports: AuthenticatorPorts): Promise<string> {
  const { environment, pluginMs } = ports;
  const program: Program = {
    command: plugin.command,
    args: plugin.args,
    env: { ...cleaned(environment.env), ...plugin.variables, KUBERNETES_EXEC_INFO: input },
    mostBytes: MOST_OUTPUT_BYTES,
  };
  const late = () => failed(plugin, `gave no answer within ${String(pluginMs / 1000)} seconds`);
  let end: ProgramEnd;
  try {
    end = await withinTime((signal) => environment.run(program, signal), { ms: pluginMs, ports, late });
  } catch (error) {
    if (error instanceof CredentialsError || ports.signal.aborted) throw error;
    const hint = plugin.installHint === undefined ? '' : ` (${firstWords(plugin.installHint)})`;
    throw failed(plugin, `cannot be started: ${errorText(error)}${hint}`, error);
  }
  if (end.tooMuch) throw failed(plugin, 'printed more than 1 MiB');
  if (end.exitCode !== 0) {
    const words = firstWords(end.stderr);
    const how = end.exitCode === null ? 'was killed' : `ended with exit code ${String(end.exitCode)}`;
    throw failed(plugin, words === '' ? how : `${how}: ${words}`);
  }
  return end.stdout;
}

function cleaned(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !OURS.test(entry[0])),
  );
}

/** What it printed is never quoted: it is, or was to be, a secret. */
function readCredential(text: string, plugin: Plugin): { readonly proof: Proof; readonly untilMs: Instant } {
  const printed = parsed(text);
  if (!isJsonObject(printed) || printed['kind'] !== 'ExecCredential') throw failed(plugin, 'printed no ExecCredential');
  if (printed['apiVersion'] !== plugin.apiVersion) throw failed(plugin, `printed another version than ${plugin.apiVersion}`);
  const status = isJsonObject(printed['status']) ? printed['status'] : {};
  const token = textOf(status['token']);
  const cert = textOf(status['clientCertificateData']);
  const key = textOf(status['clientKeyData']);
  if ((cert === undefined) !== (key === undefined)) throw failed(plugin, 'printed only one of certificate and key');
  if (token === undefined && cert === undefined) throw failed(plugin, 'printed neither a token nor a certificate');
  return {
    proof: { authorization: token === undefined ? undefined : `Bearer ${token}`, cert, key },
    untilMs: expiryOf(status['expirationTimestamp'], plugin),
  };
}

function expiryOf(value: Json | undefined, plugin: Plugin): Instant {
  if (value === undefined || value === null) return Infinity;
  const at = typeof value === 'string' ? parseInstant(value) : undefined;
  if (at === undefined) throw failed(plugin, 'printed an expirationTimestamp that is no time');
  return at;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function failed({ source, command }: Plugin, why: string, cause?: unknown): CredentialsError {
  return new CredentialsError(source, `the plugin ${command} ${why}`, cause === undefined ? {} : { cause });
}
