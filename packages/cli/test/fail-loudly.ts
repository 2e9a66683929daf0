// A process that ends as `kopf` does, of a failure with credentials in all its parts: `fail-loudly.ts bug|uncaught|rejected|string|unfinished [ARGUMENTS…]`.
import process from 'node:process';
import { endProcess } from '../src/end-process.js';

const [how, ...argv] = process.argv.slice(2);
const cause = new Error('token: canary-of-cause');
cause.stack = `Error: token: canary-of-stack\n    at connect (https://user:canary-of-frame@host/module.js:1:1)`;
const error = Object.assign(new Error('Authorization: Bearer canary-of-header', { cause }), {
  config: { headers: { authorization: 'canary-of-config' } },
});
// Its own cause: telling it has to come to an end.
cause.cause = error;
const unending = new Promise<number>(() => undefined);
const alive = setInterval(() => undefined, 60_000);

switch (how) {
  case 'bug':
    endProcess(Promise.reject(error), argv);
    break;
  case 'string':
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- anything can be thrown
    endProcess(Promise.reject('redis://:canary-of-redis@store refuses password=canary-of-password'), argv);
    break;
  case 'uncaught':
    endProcess(unending, argv);
    setImmediate(() => {
      throw error;
    });
    break;
  case 'rejected':
    endProcess(unending, argv);
    Object.assign(globalThis, { forgotten: Promise.reject(error) });
    break;
  case 'unfinished':
    clearInterval(alive);
    endProcess(unending, argv);
    break;
  case 'heard':
    endProcess(unending, argv);
    process.on('uncaughtException', () => process.exit(7));
    setImmediate(() => {
      throw error;
    });
    break;
  default:
    throw new Error(`no such failure: ${String(how)}`);
}
