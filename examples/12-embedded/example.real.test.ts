import { expect, inject, it } from 'vitest';
import { withDefinition } from '../shared/real-stage.js';
import { greet } from './greet.js';

const LINES = [0, 1, 2].flatMap((n) => [`Hello, kopf-example-${String(n)}!`, `Good bye, kopf-example-${String(n)}!`]);

it('[EX-12] an operator lives inside of a program, which starts and stops it, on a real kube-apiserver', async () => {
  const lines: string[] = [];
  await withDefinition(() => greet(inject('controlPlane').kubeconfigPath, (line) => void lines.push(line)));
  expect(lines).toEqual(LINES);
});
