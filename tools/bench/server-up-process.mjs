/** A fresh process: from before `createApiServer` to the end of the first answer over HTTP; prints the milliseconds. */
import { get } from 'node:http';
import { createApiServer } from '@kopfts/apiserver';

const started = performance.now();
const server = createApiServer();
const { url } = await server.listen();
const status = await new Promise((resolve, reject) => {
  get(`${url}/api/v1/namespaces`, { agent: false }, (response) => {
    response.resume().once('end', () => resolve(response.statusCode));
  }).once('error', reject);
});
const tookMs = performance.now() - started;
if (status !== 200) throw new Error(`the first answer was ${status}`);
console.log(tookMs);
await server.close();
