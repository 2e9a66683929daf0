import { createManualClock } from '@kopfts/core';
import { expect, it, onTestFinished } from 'vitest';
import { createLabelValues } from './label-values.js';
import { openLook } from './look.js';
import { createRunningWork } from './running-work.js';
import { createWatchLedger } from './watch-ledger.js';

it('[M2] the lag of the event loop is told as the most since the last look, and without the resolution that it is measured with', async () => {
  const labels = createLabelValues();
  const watches = createWatchLedger((resource) => labels.kind(resource));
  const look = openLook({ clock: createManualClock(), labels, work: createRunningWork(), watches, served: () => undefined });
  onTestFinished(() => look.close());
  const lag = (quantile: string) => {
    look.begin();
    return look.read('kopf_event_loop_lag_seconds').find(({ labels: [one] }) => one === quantile)?.value;
  };
  const turn = () => new Promise((resolve) => setTimeout(resolve, 30));
  await turn();
  const end = performance.now() + 150;
  while (performance.now() < end) Math.sqrt(2);
  await turn();
  expect(lag('1')).toBeGreaterThanOrEqual(0.1);
  // Nothing was measured since.
  expect(lag('1')).toBe(0);
});
