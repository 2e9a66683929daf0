// What the help of each command shows at its end.
import type { Command } from 'commander';

/** By the words of the command, without `kopf`: what it does, and how that is typed. */
export const EXAMPLES: Readonly<Record<string, readonly (readonly [what: string, argv: string])[]>> = {
  run: [
    ['on the cluster of your kubeconfig', 'kopf run'],
    ['in some namespaces, with probes', "kopf run -n 'team-*' --liveness http://0.0.0.0:8080/healthz"],
    ['handlers without a configuration, for a log shipper', 'kopf run handlers.ts --output json'],
  ],
  dev: [
    ['on an embedded API server, with these objects', 'kopf dev -f crd.yaml -f object.yaml'],
    ['on a cluster', 'kopf dev --context kind-kind'],
  ],
  check: [
    ['without a cluster', 'kopf check'],
    ['rights and fields, too, for a program', 'kopf check --cluster --output json'],
  ],
  config: [
    ['what it would run with, and who said so', 'kopf config --explain'],
    ['of a profile', 'kopf config --profile production --set queueing.workerLimit=64'],
  ],
  plugins: [['who provides what', 'kopf plugins']],
  'state show': [['what is remembered of an object', 'kopf state show KopfExample/default/one']],
  'state clear': [['only say what would be forgotten', 'kopf state clear KopfExample/default/one --dry-run']],
  'state move': [
    ['into another store', 'kopf state move --from annotations --to redis'],
    ['when nothing uses the old one any more', 'kopf state move --from annotations --to redis --remove'],
  ],
  build: [['into one file', 'kopf build -o dist/operator.mjs']],
  'finalizers release': [
    ['which objects have it', 'kopf finalizers release --all --dry-run'],
    ['from one object', 'kopf finalizers release KopfExample/default/one --yes'],
  ],
  'new-plugin': [['a store of your own', 'kopf new-plugin kopf-plugin-files']],
  explain: [
    ['why handlers ran, or did not', 'kopf explain KopfExample/default/one'],
    ['one handler, of an operator in a pod', 'kopf explain KopfExample/default/one --handler created --pod default/operator-0:8089'],
  ],
  completion: [['for this shell only', 'source <(kopf completion bash)']],
};

const EXIT_CODES = `
Exit codes: 0 it ended as asked, 1 an error, or something is left to do, 2 a wrong usage, 128 + number a second signal.`;

/** Adds examples and exit codes to the help of all commands. */
export function addExamples(program: Command): void {
  for (const command of leavesOf(program)) {
    const lines = (EXAMPLES[wordsOf(command)] ?? []).map(([what, argv]) => `  ${argv}\n      ${what}`);
    command.addHelpText('after', `\nExamples:\n${lines.join('\n')}\n${EXIT_CODES}`);
  }
  program.addHelpText('after', EXIT_CODES);
}

/** The commands that do something. */
export function leavesOf(command: Command): readonly Command[] {
  return command.commands.flatMap((one) => (one.commands.length === 0 ? [one] : leavesOf(one)));
}

/** `state show`. */
export function wordsOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${wordsOf(parent)} ${command.name()}` : command.name();
}
