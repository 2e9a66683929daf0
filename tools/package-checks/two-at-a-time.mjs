/** Runs what is independent beside each other, as many at once as given, in the order asked for; says how long each took. */

/** `run(name, work)` queues work and gives its result; `times()` lists what has ended. */
export function createLanes(count, { now = () => performance.now() } = {}) {
  const waiting = [];
  const took = [];
  let free = count;

  const startNext = () => {
    if (free === 0 || waiting.length === 0) return;
    free -= 1;
    waiting.shift()();
  };

  const run = async (name, work) => {
    await new Promise((resolve) => {
      waiting.push(resolve);
      startNext();
    });
    const started = now();
    try {
      return await work();
    } finally {
      took.push({ name, seconds: (now() - started) / 1000 });
      free += 1;
      startNext();
    }
  };

  return { run, times: () => [...took] };
}

/** Waits for all, also when one fails: nothing goes on behind the back of who cleans up. Then the first failure is thrown. */
export async function allEnded(promises) {
  const ended = await Promise.allSettled(promises);
  const failure = ended.find(({ status }) => status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return ended.map(({ value }) => value);
}

/** One line: `install 12.1 s, run 20.19.0 3.0 s`, the parts of one name added up. */
export function timesLine(times) {
  const sums = new Map();
  for (const { name, seconds } of times) sums.set(name, (sums.get(name) ?? 0) + seconds);
  return [...sums].map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`).join(', ');
}
