import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createFakeIo } from '../test/fake-io.js';
import { EXAMPLES, leavesOf, wordsOf } from './help-examples.js';
import { createProgram } from './program.js';
import { runCli } from './run-cli.js';

const leaves = leavesOf(createProgram(createFakeIo('/'), () => undefined));

/** The words of an example, without quotes. */
const argvOf = (example: string): readonly string[] => example.replaceAll("'", '').split(' ').slice(1);

describe('the help', () => {
  it.each(leaves.map(wordsOf))('of kopf %s has examples, and says what the exit codes are', async (words) => {
    const io = createFakeIo('/');
    expect(await runCli([...words.split(' '), '--help'], io)).toBe(0);
    const help = io.out.join('');
    expect(EXAMPLES[words]?.length).toBeGreaterThan(0);
    for (const [what, example] of EXAMPLES[words] ?? []) expect(help).toContain(`  ${example}\n      ${what}\n`);
    expect(help).toContain('\nExit codes: 0 ');
  });

  it('has no example of a command that is not there, nor of an option that it does not take', () => {
    for (const [words, examples] of Object.entries(EXAMPLES)) {
      const command = leaves.find((one) => wordsOf(one) === words);
      if (command === undefined) return expect.unreachable(words);
      for (const [, example] of examples.filter(([, text]) => text.startsWith('kopf '))) {
        const argv = argvOf(example).slice(words.split(' ').length);
        const { unknown } = copyOf(command).parseOptions([...argv]);
        expect({ example, unknown }).toEqual({ example, unknown: [] });
      }
    }
  });

  it('knows --output of every command but completion', () => {
    const without = leaves.filter(({ options }) => !options.some(({ long }) => long === '--output'));
    expect(without.map(wordsOf)).toEqual(['completion']);
  });
});

function copyOf(command: Command): Command {
  const copy = new Command(command.name()).exitOverride();
  for (const option of command.options) copy.addOption(option);
  return copy;
}
