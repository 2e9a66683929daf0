import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorText, explanationText, isKopfError } from '@kopfts/core';
import type { Explanation } from '@kopfts/core';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import { parseObjectName } from '../cluster/object-name.js';
import { ExplainUnansweredError, UsageError } from '../errors.js';
import { announcementFolder, findAnnouncements } from '../explain/announcements.js';
import { askAt } from '../explain/ask-operator.js';
import type { Why } from '../explain/ask-operator.js';
import { jsonText } from '../output.js';
import type { OutputFormat } from '../output.js';

export interface ExplainCommandOptions {
  readonly handler?: string;
  readonly operator?: string;
  readonly endpoint?: string;
  readonly tokenFile?: string;
  readonly pod?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly output: OutputFormat;
}

/** `kopf explain`: why handlers of a running operator ran for an object, or did not. */
export async function explain(io: CliIo, object: string, options: ExplainCommandOptions): Promise<number> {
  const why = { ...parseObjectName(object), handler: options.handler };
  const explanation = await ask(io, why, options);
  io.stdout(options.output === 'json' ? jsonText(explanation) : explanationText(explanation));
  return EXIT_OK;
}

async function ask(io: CliIo, why: Why, options: ExplainCommandOptions): Promise<Explanation> {
  const { endpoint, pod, tokenFile, kubeconfig, context } = options;
  if (endpoint !== undefined && pod !== undefined)
    throw new UsageError('--endpoint and --pod exclude each other.', { remedy: 'Give one of them.' });
  const token = tokenFile === undefined ? undefined : await readToken(resolve(io.cwd, tokenFile));
  if (pod !== undefined) {
    if (token === undefined)
      throw new UsageError('--pod needs the token of the operator.', { remedy: 'Give the file that has it by --token-file.' });
    const { askPod } = await import('../explain/ask-pod.js');
    return askPod({ pod, kubeconfig: kubeconfig === undefined ? undefined : resolve(io.cwd, kubeconfig), context }, token, why);
  }
  if (endpoint === undefined) return askFound(io, why, options.operator);
  if (!URL.canParse(endpoint))
    throw new UsageError(`--endpoint is '${endpoint}'.`, { remedy: 'Give an address such as http://127.0.0.1:8089.' });
  return askAt(endpoint, token ?? (await knownToken(io, endpoint)), why);
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new UsageError(`The token file ${file} cannot be read: ${errorText(error)}.`, {
      remedy: 'Name another one by --token-file.',
      cause: error,
    });
  }
}

/** An operator of this user's may be asked by its address, too. */
async function knownToken(io: CliIo, endpoint: string): Promise<string | undefined> {
  const found = await findAnnouncements(announcementFolder(io.env ?? {}));
  return found.find(({ said }) => new URL(said.url).port === new URL(endpoint).port)?.said.token;
}

/** The one operator of this user on this machine; of several, the one that knows the object. */
async function askFound(io: CliIo, why: Why, operator: string | undefined): Promise<Explanation> {
  const found = await findAnnouncements(announcementFolder(io.env ?? {}));
  const meant = found.filter(({ said }) => operator === undefined || said.operator === operator);
  const answers = await Promise.all(
    meant.map(async (announced) => {
      const { said } = announced;
      try {
        return await askAt(said.url, said.token, why);
      } catch (error) {
        if (!isKopfError(error, 'KOPF_EXPLAIN_UNANSWERED')) throw error;
        // It was killed, and could not take its file away. One that answers something else is told.
        if (!/^Nothing answers/.test(error.message)) throw error;
        await announced.forget();
        return undefined;
      }
    }),
  );
  const told = answers.filter((answer) => answer !== undefined);
  const knowing = told.filter(({ object }) => object.uid !== undefined);
  const [only, ...more] = knowing.length > 0 ? knowing : told;
  if (only === undefined) {
    const which = operator === undefined ? 'No operator' : `No operator '${operator}'`;
    throw new ExplainUnansweredError(`${which} that gives explanations runs here for this user.`);
  }
  if (more.length === 0) return only;
  const names = [only, ...more].map((one) => `'${one.operator ?? '(no name)'}'`).join(', ');
  throw new UsageError(`Several operators know of it: ${names}.`, { remedy: 'Name one by --operator, or by --endpoint.' });
}
