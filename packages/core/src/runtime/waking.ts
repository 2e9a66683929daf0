/** Who wakes in one turn of the event loop. Usually that starts a handler, of which so many take some milliseconds. */
const MOST_PER_TURN = 64;

/**
 * Wakes who is due, few at a time: thousands of timers that are due together run in one turn of the event loop, during which nothing is read, no
 * probe is answered and no lease renewed (faults F7). Whoever waits for a later turn keeps its place.
 */
export function createWaking(nextTurn: (work: () => void) => unknown): (wake: () => void) => void {
  const due: (() => void)[] = [];
  let woken = 0;
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    nextTurn(turn);
  };
  function turn(): void {
    isAsked = false;
    const now = due.splice(0, MOST_PER_TURN);
    woken = now.length;
    if (woken > 0) ask();
    for (const wake of now) wake();
  }
  return (wake) => {
    ask();
    if (due.length > 0 || woken >= MOST_PER_TURN) due.push(wake);
    else {
      woken += 1;
      wake();
    }
  };
}
