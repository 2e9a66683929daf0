import { createRegistry } from '@kopfts/core';

const kopf = createRegistry();
export default kopf;

const podsByApp = kopf.index('pods', ({ labels, name }) => ({ [labels.app ?? '']: name }));

kopf.on.update('KopfExample', ({ index, spec }) => ({ pods: index(podsByApp).get(spec.app) }));
