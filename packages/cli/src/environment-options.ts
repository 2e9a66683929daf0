// Options of the command line may come from the environment, as in Kopf (spec CL-07): what is typed goes before.
import { InvalidArgumentError } from 'commander';
import type { Command, Option } from 'commander';
import { UsageError } from './errors.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Kopf's names where they are not those of the options. */
const PARAMETERS: Readonly<Record<string, string>> = {
  allNamespaces: 'CLUSTERWIDE',
  namespace: 'NAMESPACES',
  liveness: 'LIVENESS_ENDPOINT',
};
/** One takes the place of the other: what is typed also goes before what the environment says of the other. */
const REPLACED_BY: Readonly<Record<string, string>> = {
  allNamespaces: 'namespace',
  namespace: 'allNamespaces',
  endpoint: 'pod',
  pod: 'endpoint',
};
const LISTS: readonly string[] = ['namespace', 'filename', 'set', 'external'];
const YES = ['1', 'true', 't', 'yes', 'y', 'on'];
const NO = ['', '0', 'false', 'f', 'no', 'n', 'off'];

/** `KOPF_RUN_LOG_FORMAT` and the like, for one command. */
export function variableOf(command: string, attribute: string): string {
  const parameter = PARAMETERS[attribute] ?? attribute.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
  return `KOPF_${variablePart(command)}_${parameter}`;
}

/** `KOPF_PROFILE` is for all commands; Kopf's old `KOPF_RUN_NAMESPACE` adds one. */
function textsOf(command: string, attribute: string, environment: Environment): readonly string[] {
  const own = environment[variableOf(command, attribute)];
  const further = attribute === 'namespace' ? environment[`KOPF_${variablePart(command)}_NAMESPACE`] : undefined;
  const general = attribute === 'profile' && own === undefined ? environment['KOPF_PROFILE'] : undefined;
  return [own, further, general].filter((text) => text !== undefined);
}

/** What is said of a configuration is said of how it would run. */
function variablePart(command: string): string {
  return command === 'config' ? 'RUN' : command.replaceAll('-', '_').toUpperCase();
}

/** Where an option got its value, for people. */
export function placeOfOption(command: Command, attribute: string): string {
  if (command.getOptionValueSource(attribute) === 'env') return `environment ${variableOf(fullName(command), attribute)}`;
  const option = command.options.find((one) => one.attributeName() === attribute);
  return option?.long ?? attribute;
}

/** With the command that it belongs to: `finalizers-release`. */
function fullName(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${parent.name()}-${command.name()}` : command.name();
}

/** Sets the options that were not typed. @throws UsageError naming the variable. */
export function applyEnvironment(command: Command, environment: Environment): void {
  const name = fullName(command);
  for (const option of command.options) {
    const attribute = option.attributeName();
    const isTyped = [attribute, REPLACED_BY[attribute]].some((one) => one !== undefined && command.getOptionValueSource(one) === 'cli');
    if (isTyped) continue;
    const texts = textsOf(name, attribute, environment);
    if (texts.length === 0) continue;
    command.setOptionValueWithSource(attribute, parse(option, texts.join(' '), variableOf(name, attribute)), 'env');
  }
}

function parse(option: Option, text: string, variable: string): unknown {
  if (option.isBoolean()) return flag(text, variable);
  const { parseArg } = option;
  if (LISTS.includes(option.attributeName())) return text.split(/\s+/).filter((one) => one !== '');
  try {
    return parseArg === undefined ? text : parseArg(text, undefined);
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw new UsageError(`${variable} is ${JSON.stringify(text)}. ${error.message}`);
    throw error;
  }
}

/** `undefined` as if it were not given. */
function flag(text: string, variable: string): true | undefined {
  const lower = text.trim().toLowerCase();
  if (YES.includes(lower)) return true;
  if (NO.includes(lower)) return undefined;
  throw new UsageError(`${variable} is ${JSON.stringify(text)}, but it must be true or false.`);
}
