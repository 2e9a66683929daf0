/**
 * A fresh process: from before `createApiServer` to the end of the first answer over HTTP, with the argument `tls` over HTTPS; prints the
 * milliseconds on the wall and of the CPU.
 */
import { createApiServer } from '@kopfts/apiserver';
import { cpuMicroseconds } from './measured-process.mjs';

const tls = process.argv[2] === 'tls';
const { get } = await import(tls ? 'node:https' : 'node:http');

const cpuBefore = cpuMicroseconds();
const started = performance.now();
const server = createApiServer();
const { url, ca } = await server.listen({ tls });
const status = await new Promise((resolve, reject) => {
  get(`${url}/api/v1/namespaces`, { agent: false, ca }, (response) => {
    response.resume().once('end', () => resolve(response.statusCode));
  }).once('error', reject);
});
const tookMs = performance.now() - started;
if (status !== 200) throw new Error(`the first answer was ${status}`);
console.log(`${tookMs} ${(cpuMicroseconds() - cpuBefore) / 1000}`);
await server.close();
