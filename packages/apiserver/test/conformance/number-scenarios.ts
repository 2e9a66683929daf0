import { CONFIG_MAPS, SAMPLES } from './case.js';
import type { Scenario, ScenarioStep } from './scenario.js';
import { get } from './scenario.js';

const VAST = '9007199254740993';
const CHANGE = 'application/merge-patch+json';
const PARTS = 'application/json-patch+json';

/** Written as a text: the numbers are what it is about. */
const sent = (method: 'POST' | 'PUT' | 'PATCH', path: string, text: string, contentType = 'application/json'): ScenarioStep => ({
  method,
  path,
  text,
  contentType,
});
const sample = (name: string, spec: string): string =>
  `{"apiVersion":"{group}/v1","kind":"Sample","metadata":{"name":"${name}"},"spec":${spec}}`;

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases';
const SERVICES = '/api/v1/namespaces/{ns}/services';
const STRATEGIC = 'application/strategic-merge-patch+json';
const replacing = (path: string, number: string): string => `[{"op":"replace","path":"${path}","value":${number}}]`;
const lease = (spec: string): string => `{"metadata":{"name":"a"},"spec":{${spec}}}`;
const service = (port: string): string =>
  `{"metadata":{"name":"a"},"spec":{"clusterIP":"None","selector":{"a":"b"},"ports":[{"port":1,"targetPort":${port}}]}}`;

const COUNTS = '/apis/{group}/v1/namespaces/{ns}/counts';

const FREE_NUMBERS = [VAST, `-${VAST}`, '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809']
  .concat(['1.0', '9007199254740993.0', '1e2', '1E3', '-0', '1e21', '1e-7', '123456789012345678901234567890', '0.1', '1.50'])
  .concat(['1.7976931348623157e308', '"9007199254740993"', '"\\u0069nteger-0:7"']);

/** Integers of 64 bits come back as they were, everything else as Go writes a float. */
export const NUMBER_SCENARIOS: readonly Scenario[] = [
  {
    name: 'keeps integers of 64 bits and writes other numbers as Go does',
    steps: [
      sent('POST', SAMPLES, sample('a', `{"free":{"list":[${FREE_NUMBERS.join(',')}]}}`)),
      get(`${SAMPLES}/a`),
      get(`${SAMPLES}/a`, { accept: 'application/yaml' }),
      get(SAMPLES),
      sent('PATCH', `${SAMPLES}/a`, `{"spec":{"free":{"more":${VAST}}}}`, CHANGE),
      sent('PATCH', `${SAMPLES}/a`, `[{"op":"add","path":"/spec/free/one","value":9007199254740995}]`, PARTS),
      sent('PATCH', `${SAMPLES}/a`, `[{"op":"test","path":"/spec/free/one","value":9007199254740995}]`, PARTS),
      sent('PATCH', `${SAMPLES}/a`, `[{"op":"test","path":"/spec/free/one","value":9007199254740996}]`, PARTS),
      sent('PATCH', `${SAMPLES}/a/status`, `{"status":{"count":-${VAST}}}`, CHANGE),
      sent('PATCH', `${SAMPLES}/a?fieldManager=m`, sample('a', `{"free":{"applied":${VAST}}}`), 'application/apply-patch+yaml'),
    ],
  },
  {
    name: 'refuses numbers out of range',
    isIndependent: true,
    steps: [
      sent('POST', SAMPLES, sample('a', '{"free":{"a":1e400}}')),
      sent('POST', SAMPLES, sample('a', `{"size":${VAST}}`)),
      sent('POST', SAMPLES, sample('a', '{"size":1e18}')),
      sent('POST', SAMPLES, sample('a', '{"size":9223372036854775808}')),
      sent('POST', SAMPLES, sample('a', `{"name":${VAST}}`)),
      sent('POST', CONFIG_MAPS, `{"metadata":{"name":"a","generation":${VAST}}}`),
      sent('POST', CONFIG_MAPS, '{"metadata":{"name":"a","generation":9223372036854775808}}'),
      sent('POST', CONFIG_MAPS, `{"metadata":{"name":${VAST}}}`),
      sent('POST', CONFIG_MAPS, `{"metadata":{"name":"a"},"data":{"k":${VAST}}}`),
      sent('POST', '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases', `{"metadata":{"name":"a"},"spec":{"leaseTransitions":${VAST}}}`),
    ],
  },
  {
    name: 'validates integers of 64 bits and formats of numbers',
    isIndependent: true,
    steps: [
      `{"i":${VAST},"wide":9223372036854775807,"real":1.5,"three":${VAST},"one":${VAST},"half":1e21,"either":${VAST}}`,
      '{"i":1.0,"small":1e2}',
      '{"i":9223372036854775808}',
      '{"i":1.5}',
      '{"small":1.5}',
      '{"wide":9223372036854775808}',
      '{"small":2147483648}',
      `{"small":${VAST}}`,
      `{"most":${VAST}}`,
      `{"below":9007199254740992}`,
      '{"three":9007199254740992}',
      '{"one":9007199254740992}',
      '{"half":3}',
      '{"either":1.5}',
      '{"either":9223372036854775808}',
      '{"real":1e300}',
      `{"usual":9007199254740995}`,
    ].map((spec, index) =>
      sent('POST', COUNTS, `{"apiVersion":"{group}/v1","kind":"Count","metadata":{"name":"a${index}"},"spec":${spec}}`),
    ),
  },
  {
    name: 'takes for an integer of a built-in kind only what is written as one',
    isIndependent: true,
    steps: ['1.0', '1e0', '1E2', '0.1', '1e18', '1'].flatMap((number) => [
      sent('POST', '/apis/coordination.k8s.io/v1/namespaces/{ns}/leases?dryRun=All', lease(`"leaseDurationSeconds":${number}`)),
      sent('POST', `${CONFIG_MAPS}?dryRun=All`, `{"metadata":{"name":"a","generation":${number}}}`),
      sent('POST', '/api/v1/namespaces/{ns}/services?dryRun=All', service(number)),
    ]),
  },
  {
    name: 'takes for an integer of a built-in kind only what a patch writes as one',
    steps: [
      sent('POST', LEASES, lease('"leaseDurationSeconds":5,"leaseTransitions":1')),
      sent('POST', SERVICES, service('1')),
      ...['1.0', '1e0', '1E2', '0.1', '2'].flatMap((number) => [
        sent('PATCH', `${LEASES}/a?dryRun=All`, `{"spec":{"leaseDurationSeconds":${number}}}`, CHANGE),
        sent('PATCH', `${LEASES}/a?dryRun=All`, `{"spec":{"leaseDurationSeconds":${number}}}`, STRATEGIC),
        sent('PATCH', `${LEASES}/a?dryRun=All`, replacing('/spec/leaseDurationSeconds', number), PARTS),
        sent('PATCH', `${SERVICES}/a?dryRun=All`, `{"spec":{"ports":[{"port":1,"targetPort":${number}}]}}`, CHANGE),
        sent('PATCH', `${SERVICES}/a?dryRun=All`, `{"spec":{"ports":[{"port":1,"targetPort":${number}}]}}`, STRATEGIC),
        sent('PATCH', `${SERVICES}/a?dryRun=All`, replacing('/spec/ports/0/targetPort', number), PARTS),
        sent(
          'PATCH',
          `${SERVICES}/a?dryRun=All`,
          `[{"op":"add","path":"/spec/ports/0","value":{"port":2,"name":"b","targetPort":${number}}}]`,
          PARTS,
        ),
      ]),
      sent('PATCH', `${LEASES}/a?dryRun=All`, '{"spec":{"leaseTransitions":2.0},"metadata":{"labels":{"a":"b"}}}', CHANGE),
      sent(
        'PATCH',
        `${LEASES}/a?dryRun=All`,
        `[${['add', 'test'].map((op) => `{"op":"${op}","path":"/spec/leaseTransitions","value":2.0}`).join()}]`,
        PARTS,
      ),
      sent(
        'PATCH',
        `${LEASES}/a?dryRun=All`,
        '[{"op":"add","path":"/spec/leaseTransitions","value":2.0},{"op":"add","path":"/metadata/labels","value":{"a":"b"}}]',
        PARTS,
      ),
      sent('PATCH', `${LEASES}/a?dryRun=All`, '{"metadata":{"generation":1.0}}', CHANGE),
    ],
  },
  {
    name: 'compares numbers in patches as they are written',
    steps: [
      sent('POST', COUNTS, '{"apiVersion":"{group}/v1","kind":"Count","metadata":{"name":"a"},"spec":{"i":1.0,"small":1e0,"real":1.5}}'),
      ...['1', '1.0', '1e0', '10e-1'].map((number) =>
        sent('PATCH', `${COUNTS}/a`, `[{"op":"test","path":"/spec/i","value":${number}}]`, PARTS),
      ),
      ...['1.5', '1.50', '15e-1'].map((number) =>
        sent('PATCH', `${COUNTS}/a`, `[{"op":"test","path":"/spec/real","value":${number}}]`, PARTS),
      ),
      sent('PATCH', `${COUNTS}/a`, '[{"op":"add","path":"/spec/i","value":2.0}]', PARTS),
      sent('PATCH', `${COUNTS}/a`, '{"spec":{"i":3e0}}', CHANGE),
    ],
  },
  {
    name: 'scales within 32 bits',
    isIndependent: true,
    steps: [sent('POST', COUNTS, `{"apiVersion":"{group}/v1","kind":"Count","metadata":{"name":"a"},"spec":{"replicas":${VAST}}}`)],
  },
];
