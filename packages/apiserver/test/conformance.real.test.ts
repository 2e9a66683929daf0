import { Buffer } from 'node:buffer';
import { inject } from 'vitest';
import { describeCases } from './conformance/describe-cases.js';
import { onceCached, overHttp } from './conformance/targets.js';

/** The same cases where the truth is: when both disagree, ours is wrong. */
const { url, tokens, ca } = inject('controlPlane');
describeCases('a real kube-apiserver', () => onceCached(overHttp(url, { ca: Buffer.from(ca) })), { isReal: true, tokens });
