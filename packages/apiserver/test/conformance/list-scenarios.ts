import { CONFIG_MAPS, SAMPLES, configMap, sample } from './case.js';
import type { Scenario } from './scenario.js';
import { get, post } from './scenario.js';

const three = [
  configMap('a', {}, { labels: { tier: 'gold', n: '1' } }),
  configMap('b', {}, { labels: { tier: 'lead', n: '2' } }),
  configMap('c', {}, { labels: { n: 'x' } }),
];
const METADATA = { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' };
const all = three.map((body) => post(CONFIG_MAPS, body));
const by = (selector: string) => get(`${CONFIG_MAPS}?labelSelector=${encodeURIComponent(selector)}`, METADATA);
const where = (selector: string, path = CONFIG_MAPS) => get(`${path}?fieldSelector=${encodeURIComponent(selector)}`, METADATA);
const query = (text: string) => get(`${CONFIG_MAPS}?${text}`, METADATA);

/** Lists: selectors, versions, pages. */
export const LIST_SCENARIOS: readonly Scenario[] = [
  {
    name: 'selects by equality and by sets of labels',
    steps: [
      ...all,
      ...[
        'tier=gold',
        'tier==gold',
        'tier!=gold',
        'tier',
        '!tier',
        'tier in (gold,lead)',
        'tier notin (gold)',
        'tier in (gold),n=1',
        'n>1',
        'n<2',
        'tier in ()',
        'tier in (,)',
      ].map(by),
    ],
  },
  {
    name: 'refuses label selectors that it cannot read',
    isIndependent: true,
    steps: [
      '=x',
      'a b',
      'tier in (gold',
      'a>x',
      'bad key=',
      'a=bad!',
      ',',
      'a,',
      'a=!b',
      '!',
      'a in b',
      '(a)',
      'a===b',
      `${'x'.repeat(64)}=v`,
      'x/y/z=v',
    ].map(by),
  },
  {
    name: 'selects by fields',
    steps: [
      ...all,
      ...['metadata.name=a', 'metadata.name!=a', 'metadata.namespace={ns}', 'metadata.name=a,metadata.name=b', 'metadata.name='].map(
        (text) => where(text.replace('{ns}', 'none')),
      ),
    ],
  },
  {
    name: 'refuses field selectors that it cannot read',
    isIndependent: true,
    steps: [
      ...['spec.odd=x', 'metadata.name', 'metadata.name>a', 'metadata.name=a,odd'].map((text) => where(text)),
      where('spec.odd=x', SAMPLES),
      where('spec.odd=x', '/api/v1/namespaces/{ns}/pods'),
    ],
  },
  {
    name: 'checks version and match of lists in every combination',
    steps: [
      ...all,
      ...['', '0', '1', 'abc', '-1'].flatMap((rv) =>
        ['', 'Exact', 'NotOlderThan', 'Odd']
          .filter((match) => !(rv === '1' && match === 'Exact'))
          .map((match) => query(`resourceVersion=${rv}&resourceVersionMatch=${match}`)),
      ),
      query('resourceVersionMatch=Exact'),
      query('resourceVersionMatch=NotOlderThan'),
    ],
  },
  {
    name: 'waits for no version from the future',
    steps: [
      query('resourceVersion=99999999'),
      query('resourceVersion=99999999&resourceVersionMatch=Exact'),
      get(`${CONFIG_MAPS}/a?resourceVersion=99999999`),
      get(`${SAMPLES}?resourceVersion=99999999`),
      get('/api/v1/namespaces/{ns}/events/a?resourceVersion=99999999'),
    ],
  },
  {
    name: 'reads versions of single objects',
    steps: [
      post(SAMPLES, sample('a'), { save: { rv: 'metadata.resourceVersion' } }),
      ...['', '0', '{rv}', 'abc'].map((rv) =>
        get(`${SAMPLES}/a?resourceVersion=${rv}`, { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' }),
      ),
      get('/api/v1/namespaces/{ns}/events/a?resourceVersion=abc'),
    ],
  },
  {
    name: 'pages',
    steps: [
      ...three.map((_body, index) => post(SAMPLES, sample(`s${index}`))),
      get(`${SAMPLES}?limit=2`, { ...METADATA, save: { token: 'metadata.continue' } }),
      get(`${SAMPLES}?limit=2&continue={token}`, METADATA),
      get(`${SAMPLES}?limit=1&continue={token}`, METADATA),
      get(`${SAMPLES}?continue={token}&resourceVersion=0`, METADATA),
      get(`${SAMPLES}?continue={token}&resourceVersion=5`, METADATA),
      get(`${SAMPLES}?continue={token}&resourceVersion=5&resourceVersionMatch=Exact`, METADATA),
      get(`${SAMPLES}?limit=2&labelSelector=none`, METADATA),
      get(`${SAMPLES}?limit=3`, METADATA),
      get(`${SAMPLES}?limit=-1`, METADATA),
      get(`${SAMPLES}?limit=x`, METADATA),
    ],
  },
  {
    name: 'refuses tokens of pages that it did not give',
    isIndependent: true,
    steps: ['odd', 'e30', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6NSwic3RhcnQiOiIifQ', '!!'].map((token) =>
      query(`continue=${token}`),
    ),
  },
  {
    name: 'checks the options of watches',
    isIndependent: true,
    steps: [
      query('watch=1&resourceVersionMatch=NotOlderThan'),
      query('watch=1&sendInitialEvents=true'),
      query('watch=1&sendInitialEvents=true&resourceVersionMatch=Exact'),
      query('watch=1&resourceVersion=abc'),
      query('watch=1&timeoutSeconds=x'),
      query('sendInitialEvents=true'),
      query('watch=1&labelSelector=!!'),
      query('watch=1&fieldSelector=odd%3Dx'),
    ],
  },
  {
    name: 'lists nothing in the forms that nothing has',
    steps: [get(CONFIG_MAPS), query(''), get(SAMPLES), get(CONFIG_MAPS, { accept: 'application/yaml' })],
  },
];
