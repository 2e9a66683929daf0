import { inject } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { describeWriteAnswers } from './support/write-answers.js';

const { url, ca, token } = inject('controlPlane');

describeWriteAnswers('a real kube-apiserver', () =>
  Promise.resolve({ server: new URL(url), headers: { authorization: `Bearer ${token}` }, tls: { ca }, source: 'the test' }),
);
