import type { Scenario } from './scenario.js';
import { get, post } from './scenario.js';

/** What the server says about itself; compared where both serve the same. */
export const DISCOVERY_SCENARIOS: readonly Scenario[] = [
  {
    name: 'describes its custom group',
    steps: [get('/apis/{group}'), get('/apis/{group}/v2')],
  },
  {
    name: 'describes groups that it serves whole',
    isIndependent: true,
    steps: [
      get('/apis/rbac.authorization.k8s.io'),
      get('/apis/rbac.authorization.k8s.io/v1'),
      get('/apis/authorization.k8s.io/v1'),
      get('/apis/authentication.k8s.io/v1'),
      get('/apis/apiextensions.k8s.io/v1'),
      get('/apis/events.k8s.io/v1'),
    ],
  },
  {
    name: 'says that it is well, in short and at length',
    isIndependent: true,
    steps: [
      get('/healthz'),
      get('/livez'),
      get('/readyz'),
      get('/livez/ping'),
      get('/readyz/ping'),
      get('/healthz/ping'),
      get('/livez/none'),
    ],
  },
  {
    name: 'knows no other paths',
    isIndependent: true,
    steps: [
      get('/none'),
      get('/apis/none'),
      get('/apis/none/v1'),
      get('/api/v2'),
      get('/openapi/v4'),
      get('/openapi/v3/none'),
      post('/healthz', {}),
      get('/version/none'),
    ],
  },
];
