import type { Command, Option } from 'commander';
import { EXIT_OK } from '../cli-io.js';
import type { CliIo } from '../cli-io.js';
import type { Shell } from '../shells.js';

/** `kopf completion SHELL`: a script made from the commands and options that there are. */
export function completion(io: CliIo, shell: Shell, program: Command): number {
  io.stdout(SCRIPTS[shell](program.commands.map(describe), describe(program)));
  return EXIT_OK;
}

interface Completed {
  readonly name: string;
  readonly description: string;
  readonly options: readonly Option[];
  /** Words that its first argument can be; empty: files. */
  readonly choices: readonly string[];
}

function describe(command: Command): Completed {
  // Those of the commands below it go along: `kopf finalizers release --all`.
  const options = [command, ...command.commands].flatMap((one) => one.createHelp().visibleOptions(one));
  const choices = [
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ...command.commands.map((one) => one.name()),
  ];
  return { name: command.name(), description: command.description(), options, choices };
}

const flagsOf = ({ short, long }: Option): readonly string[] => [short, long].filter((flag) => flag !== undefined);
const words = (options: readonly Option[]): string => options.flatMap(flagsOf).join(' ');

const SCRIPTS: Readonly<Record<Shell, (commands: readonly Completed[], program: Completed) => string>> = {
  bash: (commands, program) => `# bash completion of kopf: source <(kopf completion bash)
_kopf() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map(({ name }) => name).join(' ')} ${words(program.options)}"
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    return
  fi
  case "$before" in
${choiceCases(commands)}  esac
  case "\${COMP_WORDS[1]}" in
${commands.map(({ name, options, choices }) => `    ${name}) words="${[words(options), ...choices].join(' ')}" ;;\n`).join('')}  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _kopf kopf
`,
  zsh: (commands, program) => `#compdef kopf
# zsh completion of kopf: source <(kopf completion zsh)
_kopf() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}\n`).join('')}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _arguments ${program.options.map(zshOption).join(' ')}
    return
  fi
  case "$words[2]" in
${commands.map(({ name, options, choices }) => `    ${name}) _arguments ${[...options.map(zshOption), zshRest(choices)].join(' ')} ;;\n`).join('')}  esac
}
compdef _kopf kopf
`,
  fish: (commands, program) =>
    [
      '# fish completion of kopf: kopf completion fish | source',
      ...commands.map(({ name, description }) => `complete -c kopf -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`),
      ...program.options.map((option) => `complete -c kopf -n __fish_use_subcommand ${fishOption(option)}`),
      ...commands.flatMap(({ name, options, choices }) => [
        ...options.map((option) => `complete -c kopf -n ${quoted(`__fish_seen_subcommand_from ${name}`)} ${fishOption(option)}`),
        ...(choices.length === 0
          ? []
          : [`complete -c kopf -f -n ${quoted(`__fish_seen_subcommand_from ${name}`)} -a ${quoted(choices.join(' '))}`]),
      ]),
      '',
    ].join('\n'),
};

/** What may follow an option with a fixed set of values. */
function choiceCases(commands: readonly Completed[]): string {
  const cases = new Map(
    commands
      .flatMap(({ options }) => options)
      .filter(({ argChoices }) => argChoices !== undefined)
      .map((option) => [flagsOf(option).join('|'), option.argChoices?.join(' ') ?? '']),
  );
  return [...cases].map(([flags, choices]) => `    ${flags}) COMPREPLY=($(compgen -W "${choices}" -- "$word")); return ;;\n`).join('');
}

function zshOption(option: Option): string {
  const flags = flagsOf(option);
  const value = option.isBoolean() || (!option.required && !option.optional) ? '' : `:value:${zshValues(option)}`;
  return flags.map((flag) => quoted(`${flag}[${option.description.replace(/[[\]:]/g, ' ')}]${value}`)).join(' ');
}

function zshValues({ argChoices }: Option): string {
  return argChoices === undefined ? '_files' : `(${argChoices.join(' ')})`;
}

function zshRest(choices: readonly string[]): string {
  return quoted(choices.length === 0 ? '*:file:_files' : `*:argument:(${choices.join(' ')})`);
}

function fishOption(option: Option): string {
  const { short, long, description, argChoices, required } = option;
  return [
    ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
    ...(long === undefined ? [] : [`-l ${long.slice(2)}`]),
    ...(required ? ['-r'] : []),
    ...(argChoices === undefined ? [] : [`-f -a ${quoted(argChoices.join(' '))}`]),
    `-d ${quoted(description)}`,
  ].join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
