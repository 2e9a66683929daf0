/**
 * The shell between npm and us dies of a Ctrl-C that reaches the whole process group, and npm then reports a signal although we ended
 * cleanly. So the terminal hands us the keys instead, and Ctrl-C becomes a SIGINT to this process alone.
 */
export function takeTerminalKeys(input = process.stdin) {
  if (!input.isTTY) return () => {};
  const onKeys = (keys) => {
    for (const key of keys.toString()) {
      if (key === '\u0003') process.kill(process.pid, 'SIGINT');
      else if (key === '\u001a') process.kill(0, 'SIGTSTP');
      else if (key === '\r') process.stdout.write('\n');
    }
  };
  const onContinue = () => input.setRawMode(true); // the shell gave us back a terminal of its own
  input.setRawMode(true);
  input.on('data', onKeys);
  input.unref();
  process.on('SIGCONT', onContinue);
  return () => {
    process.off('SIGCONT', onContinue);
    input.off('data', onKeys);
    input.setRawMode(false);
    input.pause();
  };
}
