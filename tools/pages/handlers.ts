// handlers.ts
import { createRegistry, PRESENT } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

kopf.on.create('KopfExample', ({ spec, patch }) => {
  patch.status.name = spec.name ?? 'world';
});

kopf.on.event('KopfExample', { field: 'status.name', value: PRESENT }, ({ memo, status }) => {
  memo.lastName = status.name;
});

kopf.timer('KopfExample', { interval: 5, when: ({ memo }) => 'lastName' in memo }, ({ memo }) => {
  console.log(`Hello, ${memo.lastName}!`);
});
