import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCli } from '../src/run-cli.js';
import { createFakeIo } from './fake-io.js';

async function scriptFor(shell: string): Promise<string> {
  const io = createFakeIo('/');
  expect(await runCli(['completion', shell], io)).toBe(0);
  return io.out.join('');
}

/** What bash would offer behind these words. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const script = await scriptFor('bash');
  const ask = `COMP_WORDS=(kopf "$@"); COMP_CWORD=$#; _kopf; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', `${script}\n${ask}`, 'bash', ...words], { encoding: 'utf8' });
  return out.split('\n').filter((line) => line !== '');
}

describe('kopf completion', () => {
  it('offers commands, options of the command, and values of an option in bash', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(['run', 'dev', 'check', 'config', 'plugins', 'completion', '--version']));
    expect(await offered('co')).toEqual(['config', 'completion']);
    expect(await offered('run', '--na')).toEqual(['--namespace']);
    expect(await offered('config', '--ex')).toEqual(['--explain']);
    expect(await offered('check', '--output', '')).toEqual(['text', 'json']);
    expect(await offered('completion', 'z')).toEqual(['zsh']);
  });

  it.each([
    ['zsh', /^#compdef kopf\n/, `'--output[for people or for programs]:value:(text json)'`],
    ['fish', /^# fish completion/, "complete -c kopf -n '__fish_seen_subcommand_from config' -l explain"],
  ])('has every command and option in %s', async (shell, begins, line) => {
    const script = await scriptFor(shell);
    expect(script).toMatch(begins);
    expect(script).toContain(line);
    for (const command of ['run', 'dev', 'check', 'config', 'plugins', 'completion']) expect(script).toContain(command);
  });

  it('names the shells that it knows to those who ask for another', async () => {
    const io = createFakeIo('/');
    expect(await runCli(['completion', 'tcsh'], io)).toBe(2);
    expect(io.err.join('')).toMatch(/^error KOPF_USAGE: .*'tcsh' is invalid.*bash, zsh, fish.*\n$/);
  });
});
