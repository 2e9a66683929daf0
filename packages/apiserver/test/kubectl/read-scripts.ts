import type { JsonObject } from '@kopfts/apiserver';
import type { Script } from './script.js';
import { GROUP, configMap, machine, pod } from './script.js';

const three = [
  machine('a', { size: 1, engine: { fuel: 'oil', cylinders: [{ bore: 80.5 }] } }, { labels: { tier: 'gold' } }),
  machine('b', { size: 22, color: 'blue' }, { labels: { tier: 'silver' }, annotations: { note: 'x' } }),
  machine('c', { size: 3, color: 'blue' }, { labels: { tier: 'gold', old: '' } }),
];
const ready = `patch machine a --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Ready","status":"True"}]}}'`;

const selecting: Script = {
  title: 'get: by label, field, name, category and short name',
  namespace: 'k-select',
  lines: [
    { run: 'create -f -', input: [...three, configMap('a', { k: 'v' }), configMap('b', { k: 'v' }), pod('a'), pod('b')] },
    ready,
    'get machines',
    'get mach -l tier=gold',
    `get machines -l 'tier in (gold,silver),!old'`,
    `get machines -l 'tier!=gold'`,
    `get machines -l 'tier in ('`,
    'get machines --field-selector spec.color=blue',
    'get machines --field-selector spec.color!=blue,metadata.name=a',
    'get machines --field-selector spec.size=1',
    'get configmaps --field-selector metadata.name=b',
    'get pods --field-selector status.phase=Pending,metadata.name!=a',
    'get pods --field-selector spec.nodeName=',
    'get configmaps --field-selector data.k=v',
    'get factory',
    'get all',
    'get machine/a configmap/b',
    'get machine a c',
    'get machine a none',
    'get machine none --ignore-not-found',
    'get machines.kubectl-scripts.kopf.dev a',
    'get machines.v1.kubectl-scripts.kopf.dev a',
    'get robots',
    'get machines --all-namespaces -l tier=silver',
    'get machines --chunk-size=1',
    'get machines --sort-by=.spec.size',
    'get machines -L tier',
    'get machines --no-headers -o wide',
    { run: 'get -f -', input: machine('b', { size: 1 }) },
    'get namespaces k-select',
    { run: 'get crd machines.kubectl-scripts.kopf.dev' },
  ],
};

const printing: Script = {
  title: 'get: json, yaml, name, wide, custom columns, jsonpath, templates, raw',
  namespace: 'k-print',
  lines: [
    { run: 'create -f -', input: [...three, configMap('a', { k: 'v' }), pod('a')] },
    ready,
    'create deployment web --image=nginx:1',
    'create service clusterip svc --tcp=80:8080',
    'create secret generic s --from-literal=k=v',
    'create serviceaccount sa',
    'create role r --verb=get --resource=pods',
    'create rolebinding rb --role=r --user=u --group=g --serviceaccount=k-print:sa',
    'get machines -o json',
    'get machines -o yaml',
    'get machine a -o yaml --show-managed-fields',
    'get machines -o name',
    'get machines -o wide',
    'get machines -o wide --show-kind --show-labels',
    `get machines -o custom-columns=NAME:.metadata.name,BORE:.spec.engine.cylinders[*].bore,TIER:.metadata.labels.tier`,
    `get machines -o jsonpath='{range .items[*]}{.metadata.name}={.spec.size};{end}'`,
    `get machines -o jsonpath='{.items[?(@.spec.size>2)].metadata.name}'`,
    `get machine a -o jsonpath-as-json='{.spec.engine}'`,
    `get machines -o go-template='{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}'`,
    'get machine a --subresource=status -o yaml',
    'get pods,configmaps,secrets,deployments,roles,rolebindings,leases',
    'get pods -o wide',
    'get deployments -o wide',
    'get services -o wide',
    'get rolebindings -o wide',
    'get serviceaccounts sa -o wide',
    'get --raw /api/v1/namespaces/k-print/configmaps/a',
    'get --raw /apis/kubectl-scripts.kopf.dev/v1/namespaces/k-print/machines/none',
    'get --raw /livez',
    'get --raw /nothing',
  ],
};

const event = (regarding: JsonObject, name: string, rest: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name },
  involvedObject: regarding,
  source: { component: 'factory' },
  firstTimestamp: '2026-01-02T03:04:05Z',
  lastTimestamp: '2026-01-02T03:04:05Z',
  count: 1,
  ...rest,
});
const ofMachine = { apiVersion: `${GROUP}/v1`, kind: 'Machine', name: 'a', namespace: 'k-describe' };
const ofPod = { apiVersion: 'v1', kind: 'Pod', name: 'a', namespace: 'k-describe' };

const describing: Script = {
  title: 'describe: a custom object with events, a definition, a pod, the other kinds',
  namespace: 'k-describe',
  lines: [
    { run: 'create -f -', input: [...three, pod('a', { annotations: { note: 'x' } }), configMap('a', { k: 'v', text: 'one\ntwo\n' })] },
    ready,
    {
      run: 'create -f -',
      input: [
        event(ofMachine, 'e1', { type: 'Normal', reason: 'Built', message: 'It was built' }),
        event(ofMachine, 'e2', { type: 'Warning', reason: 'Rust', message: 'It rusts', count: 3 }),
        event(ofPod, 'e3', { type: 'Normal', reason: 'Seen', message: 'Somebody saw it' }),
      ],
    },
    'describe machine a',
    'describe machines -l tier=silver',
    'describe machine none',
    'describe pod a',
    'describe configmap a',
    'describe crd machines.kubectl-scripts.kopf.dev',
    'create deployment web --image=nginx:1',
    { run: 'describe deployment web' },
    'create secret generic s --from-literal=k=v',
    'describe secret s',
    'create serviceaccount sa',
    'describe serviceaccount sa',
    'create role r --verb=get,list --resource=pods --resource-name=a',
    'describe role r',
    'create rolebinding rb --role=r --user=u',
    'describe rolebinding rb',
    'events --for machine/a',
    'events --types=Warning',
    'get events',
    'get events -o wide --field-selector involvedObject.kind=Machine,type=Warning',
    'get events.events.k8s.io --field-selector regarding.name=a',
  ],
};

/** Of built-in kinds the allowed values are not told. */
const NO_ENUM = /^(?! *enum:)/;

/** The kinds that this server has. */
const SERVED =
  /^(NAME|configmaps|events|namespaces|pods|secrets|serviceaccounts|services|customresourcedefinitions|deployments|leases|\w*roles|\w*rolebindings|\w+reviews|machines) /;

const asking: Script = {
  title: 'explain, api-resources, api-versions, version',
  namespace: 'k-explain',
  lines: [
    'explain machine',
    'explain machines.spec',
    'explain machine.spec.engine',
    'explain machine.spec.engine.cylinders.bore',
    'explain machine.spec.engine.port',
    'explain machine.spec.color',
    'explain machine.spec.notes',
    'explain machine.status.conditions',
    'explain machine --recursive',
    'explain machine.spec.none',
    'explain robots',
    'explain machine --api-version=kubectl-scripts.kopf.dev/v1',
    'explain machine --output=plaintext-openapiv2',
    { run: 'explain configmap.data', only: /^(KIND|VERSION|FIELD)/ },
    { run: 'explain pod.spec --recursive', from: 'FIELDS:', only: NO_ENUM },
    { run: 'explain deployment --recursive', from: 'FIELDS:', only: NO_ENUM },
    { run: 'explain crd.spec.versions --recursive', from: 'FIELDS:', only: NO_ENUM },
    { run: 'explain lease --recursive', from: 'FIELDS:', only: NO_ENUM },
    { run: 'explain machine.metadata --recursive', from: 'FIELDS:', only: NO_ENUM },
    'api-resources --api-group=kubectl-scripts.kopf.dev -o wide',
    'api-resources --api-group=rbac.authorization.k8s.io --sort-by=name',
    'api-resources --categories=factory -o name',
    { run: 'api-resources --verbs=patch,watch -o wide', only: SERVED },
    { run: 'api-resources --namespaced=false', only: SERVED },
    {
      run: 'api-versions',
      only: /^(v1|(apps|(apiextensions|authentication|authorization|coordination|events|rbac.authorization)\.k8s\.io)\/.*)$/m,
    },
    'version',
  ],
};

export const READ_SCRIPTS: readonly Script[] = [selecting, printing, describing, asking];
