import { createApiServer } from '@kopfts/apiserver';
import { afterAll } from 'vitest';
import { describeWriteAnswers } from './support/write-answers.js';

const server = createApiServer({ seed: 1 });
afterAll(() => server.close());

describeWriteAnswers('the in-memory server', async () => {
  const { url } = await server.listen();
  return { server: new URL(url), headers: {}, tls: {}, source: 'the test' };
});
