import type { JsonObject } from '@kopfts/apiserver';
import type { CommandLine, Script } from './script.js';
import { configMap, machine, pod } from './script.js';

const status = (name: string, body: JsonObject): string =>
  `patch machine ${name} --subresource=status --type=merge -p '${JSON.stringify({ status: body })}'`;
const quietly = (run: string, ...meanwhile: string[]): CommandLine => ({ run: `${run} --timeout=30s`, isQuiet: true, meanwhile });

const waiting: Script = {
  title: 'wait: for conditions, JSON paths, creation, deletion; in time and too late',
  namespace: 'k-wait',
  lines: [
    { run: 'create -f -', input: [machine('a', { size: 1 }), machine('b', { size: 2 }), configMap('a', { k: 'v' })] },
    quietly('wait machine a --for=condition=Ready', status('a', { conditions: [{ type: 'Ready', status: 'True' }] })),
    'wait machine a --for=condition=Ready --timeout=30s',
    'wait machine a --for=condition=Ready=false --timeout=1s',
    quietly('wait machine b --for=jsonpath={.status.phase}=Done', status('b', { phase: 'Busy' }), status('b', { phase: 'Done' })),
    quietly('wait configmap a --for=jsonpath={.data.l}', `patch configmap a -p '{"data":{"l":"w"}}'`),
    'wait machines --all --for=jsonpath={.spec.color}=red --timeout=30s',
    'wait machine none --for=condition=Ready --timeout=1s',
    quietly('wait machine b --for=delete', 'delete machine b --wait=false'),
    'wait machine b --for=delete --timeout=30s',
    'wait machine a --for=delete --timeout=1s',
    'wait machine a --for=create --timeout=30s',
    'wait machine later --for=create --timeout=1s',
    'wait crd/machines.kubectl-scripts.kopf.dev --for=condition=Established --timeout=30s',
  ],
};

const watching: Script = {
  title: 'get --watch: a list, one object, by selectors, only changes, with the kinds of events',
  namespace: 'k-watch',
  lines: [
    { run: 'create -f -', input: [machine('a', { size: 1 }), machine('b', { size: 2 }, { labels: { on: '1' } })] },
    {
      run: 'get machines --watch --output-watch-events',
      lines: 6,
      meanwhile: [
        `patch machine a --type=merge -p '{"spec":{"size":9}}'`,
        { run: 'create -f -', input: machine('c', { size: 3 }) },
        'delete machine c',
      ],
    },
    {
      run: 'get machine a --watch -o name',
      lines: 2,
      meanwhile: ['label machine b x=1', 'label machine a x=1'],
    },
    {
      run: 'get machines -l on=1 -w --no-headers',
      lines: 3,
      meanwhile: ['label machine a on=1', 'label machine a on-'],
    },
    {
      run: `get machines --watch-only -o jsonpath='{.metadata.name}={.spec.size}{"\\n"}'`,
      isQuiet: true,
      lines: 1,
      meanwhile: [`patch machine a --type=json -p '[{"op":"replace","path":"/spec/size","value":5}]'`],
    },
  ],
};

const deleting: Script = {
  title: 'delete: with finalizers, by selector, all, dry run, in the foreground, orphans, what is not there',
  namespace: 'k-delete',
  lines: [
    {
      run: 'create -f -',
      input: [
        machine('a', { size: 1 }, { labels: { on: '1' } }),
        machine('b', { size: 2 }, { labels: { on: '1' } }),
        machine('held', { size: 2 }, { finalizers: ['factory.example/hold'] }),
        machine('back', { size: 2 }),
        configMap('a', {}),
        configMap('b', {}),
        pod('a'),
      ],
    },
    'delete machine a --dry-run=server',
    'delete machines -l on=1',
    'delete machine a',
    'delete machine a --ignore-not-found',
    'delete machine held --timeout=1s',
    'delete machine held --wait=false',
    'get machine held -o yaml',
    quietly('delete machine held', `patch machine held --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'`),
    'delete machine back --cascade=background',
    // Nobody collects here: only whoever waits would notice.
    { run: 'create -n default -f -', input: machine('front', { size: 2 }) },
    'delete -n default machine front --cascade=foreground --wait=false',
    { run: 'create -n default -f -', input: machine('orphaning', { size: 2 }) },
    'delete -n default machine orphaning --cascade=orphan --wait=false',
    'delete configmaps --all',
    'delete pod a --now',
    'delete machine,configmap --all -o name',
    { run: 'create -f -', input: pod('forced') },
    'delete pod forced --force --grace-period=0',
    { run: 'create -f -', input: machine('file', { size: 1 }) },
    { run: 'delete -f -', input: machine('file', { size: 1 }) },
    { run: 'delete -f -', input: machine('file', { size: 1 }) },
    'delete --raw /api/v1/namespaces/k-delete/configmaps/none',
    'get machines,configmaps,pods',
    'create namespace k-delete-more',
    { run: 'create -n k-delete-more -f -', input: machine('a', { size: 1 }) },
    'delete namespace k-delete-more --timeout=60s',
    'get namespace k-delete-more',
  ],
};

const limited = (run: string): CommandLine => ({ run, as: 'limited' });

const permitting: Script = {
  title: 'auth: what a user may do by its role, and the words of the refusal',
  namespace: 'k-auth',
  lines: [
    { run: 'create -f -', input: [machine('a', { size: 1 }), configMap('a', { k: 'v' })] },
    limited('get machines'),
    limited('auth can-i list machines'),
    limited('auth can-i --list'),
    'create role reader --verb=get,list,watch --resource=machines.kubectl-scripts.kopf.dev,machines.kubectl-scripts.kopf.dev/status',
    'create role one --verb=get,update --resource=configmaps --resource-name=a',
    'create rolebinding reader --role=reader --user=limited',
    'create rolebinding one --role=one --user=limited',
    'get roles,rolebindings -o name',
    limited('auth can-i list machines'),
    limited('auth can-i list machines.kubectl-scripts.kopf.dev --all-namespaces'),
    limited('auth can-i delete machine/a'),
    limited('auth can-i get machines --subresource=status'),
    limited('auth can-i get configmap/a -q'),
    limited('auth can-i get configmap/b'),
    limited('auth can-i list robots'),
    limited('auth can-i get /livez'),
    limited('auth can-i --list'),
    limited('auth whoami'),
    limited('auth whoami -o yaml'),
    limited('get machines'),
    limited('get machines --all-namespaces'),
    limited('get configmap a -o name'),
    limited('get configmaps'),
    limited('delete machine a'),
    limited(`patch machine a --type=merge -p '{"spec":{"size":2}}'`),
    limited('create configmap b'),
    limited('get pods'),
    limited('get namespaces'),
    limited('explain machine.spec.size'),
    'auth can-i delete machines --as=limited',
    'auth can-i list machines --as=limited',
    'auth can-i list pods --as=somebody --as-group=system:masters',
    'auth whoami --as=somebody --as-group=some',
    { ...limited('auth whoami --as=somebody') },
    'create clusterrole k-auth-viewer --verb=get --resource=namespaces',
    'create clusterrolebinding k-auth-viewer --clusterrole=k-auth-viewer --user=limited',
    'get clusterrole,clusterrolebinding k-auth-viewer -o name',
    limited('get namespace k-auth'),
    'delete clusterrolebinding k-auth-viewer',
    'delete clusterrole k-auth-viewer',
    limited('get namespace k-auth'),
  ],
};

export const WAIT_SCRIPTS: readonly Script[] = [waiting, watching, deleting, permitting];
