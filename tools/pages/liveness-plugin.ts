import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { liveness } from '@kopfts/cli';
const plugins = [kubernetes(), annotations(), liveness('http://0.0.0.0:8080/healthz', { readiness: '/readyz' })];

export { plugins };
