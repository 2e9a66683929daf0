import { expect, it } from 'vitest';
import { main } from './main.js';

const LINES = [0, 1, 2].flatMap((n) => [`Hello, kopf-example-${String(n)}!`, `Good bye, kopf-example-${String(n)}!`]);

it('[EX-12] an operator lives inside of a program, which starts and stops it', async () => {
  const lines: string[] = [];
  await main((line) => void lines.push(line));
  expect(lines).toEqual(LINES);
});
