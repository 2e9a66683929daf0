import { describe, expect, it } from 'vitest';
import { guardDumps, openingFlags } from './dump-guard.js';
import type { ReportSwitches } from './process-dumps.js';

function world(report: ReportSwitches, flags: readonly string[] = []) {
  const said: string[] = [];
  const listeners = new Map<string, () => void>();
  const onSignal = (name: string, listener: () => void) => {
    listeners.set(name, listener);
    return () => void listeners.delete(name);
  };
  const end = guardDumps({ dumps: { flags, report, onSignal } }, { log: ({ level, message }) => void said.push(`${level} ${message}`) });
  return { report, said, listeners, end };
}
const asked = { reportOnFatalError: true, reportOnSignal: true, signal: 'SIGUSR2' };

describe('diagnostic reports', () => {
  it('[SEC11] are without the environment, whoever asks for one, until the command has ended', () => {
    const { report, said, end } = world({ ...asked, excludeEnv: false });
    expect([report, said]).toEqual([{ ...asked, excludeEnv: true }, []]);
    end();
    expect(report.excludeEnv).toBe(false);
  });

  it('[SEC11] are not written where Node.js cannot leave it out, which is said; their signal ends nothing', () => {
    const { report, said, listeners, end } = world({ ...asked });
    expect(report).toEqual({ ...asked, reportOnFatalError: false, reportOnSignal: false });
    expect(said).toEqual([expect.stringMatching(/^warn No diagnostic report is written: .* 22\.13 /)]);
    listeners.get('SIGUSR2')?.();
    expect(said[1]).toBe('warn SIGUSR2: no diagnostic report is written.');
    end();
    expect([report, listeners.size]).toEqual([asked, 0]);
  });

  it('that nobody asked for are not talked about', () => {
    const { said, listeners } = world({ reportOnFatalError: false, reportOnSignal: false, signal: 'SIGUSR2' });
    expect([said, listeners.size]).toEqual([[], 0]);
  });
});

describe('options of Node.js that show the memory of the operator', () => {
  it.each([
    ['--heapsnapshot-signal=SIGUSR2', true],
    ['--heapsnapshot-near-heap-limit=1', true],
    ['--abort-on-uncaught-exception', true],
    ['--inspect=0.0.0.0:9229', true],
    ['--inspect-brk=[::]:9229', true],
    ['--inspect-port=operator', true],
    ['--inspect', false],
    ['--inspect=9229', false],
    ['--inspect=127.0.0.1:9229', false],
    ['--inspect-wait=[::1]:0', false],
    ['--inspect=localhost', false],
    ['--max-old-space-size=100', false],
  ])('[SEC11] %s: %s', (flag, opens) => {
    expect(openingFlags(['--enable-source-maps', flag])).toEqual(opens ? [flag] : []);
  });

  it('[SEC11] are warned of, all at once', () => {
    const flags = ['--heapsnapshot-signal=SIGUSR2', '--inspect=0.0.0.0'];
    const { said } = world({ ...asked, excludeEnv: false }, flags);
    expect(said).toEqual([expect.stringContaining(`warn ${flags.join(' ')}: with this, Node.js shows the whole memory of the operator`)]);
  });
});
