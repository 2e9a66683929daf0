import process from 'node:process';
import { startTeams } from './teams.js';

const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // The first signal asks for a graceful end, a second one does not wait.
  process.on(name, () => (controller.signal.aborted ? process.exit(1) : controller.abort(new Error(name))));
}

const operators = await startTeams(
  [
    { name: 'red', namespace: 'team-red', greeting: 'Hello' },
    { name: 'blue', namespace: 'team-blue', greeting: 'Moin' },
  ],
  { kubeconfig: process.env['KUBECONFIG'] ?? `${String(process.env['HOME'])}/.kube/config`, signal: controller.signal, say: console.log },
);
// One that has to end by itself ends the others, too.
for (const { stopped } of operators) stopped.catch((error: unknown) => controller.abort(error));
const ends = await Promise.allSettled(operators.map(({ stopped }) => stopped));
process.exitCode = ends.some(({ status }) => status === 'rejected') ? 1 : 0;
