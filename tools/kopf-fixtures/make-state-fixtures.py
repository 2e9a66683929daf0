"""
Runs a real Kopf operator against the in-memory API server, and writes down every version of every object: what an operator that takes over can meet.

    npm run build && python -m venv venv && venv/bin/pip install kopf==1.45.2
    venv/bin/python tools/kopf-fixtures/make-state-fixtures.py
"""
import contextlib
import importlib.metadata
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
ANYTHING = {'type': 'object', 'x-kubernetes-preserve-unknown-fields': True}
DEFINITION = {
    'apiVersion': 'apiextensions.k8s.io/v1',
    'kind': 'CustomResourceDefinition',
    'metadata': {'name': 'kopfexamples.kopf.dev'},
    'spec': {
        'group': 'kopf.dev',
        'scope': 'Namespaced',
        'names': {'plural': 'kopfexamples', 'singular': 'kopfexample', 'kind': 'KopfExample', 'listKind': 'KopfExampleList'},
        'versions': [{
            'name': 'v1',
            'served': True,
            'storage': True,
            'subresources': {'status': {}},
            'schema': {'openAPIV3Schema': {'type': 'object', 'properties': {'spec': ANYTHING, 'status': ANYTHING}}},
        }],
    },
}
STORAGES = {
    'annotations': '',
    'status': '''
    settings.persistence.progress_storage = kopf.StatusProgressStorage()
    settings.persistence.diffbase_storage = kopf.StatusDiffBaseStorage()
''',
    'prefix': '''
    settings.persistence.progress_storage = kopf.AnnotationsProgressStorage(prefix='my-operator.example.com')
    settings.persistence.diffbase_storage = kopf.AnnotationsDiffBaseStorage(prefix='my-operator.example.com')
''',
}


class Cluster:
    def __init__(self, url):
        self.objects = f'{url}/apis/kopf.dev/v1/namespaces/default/kopfexamples'
        self.versions = []

    def request(self, method, path='', body=None, kind='application/json'):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f'{self.objects}{path}', data, {'Content-Type': kind}, method=method)
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def record(self):
        with contextlib.suppress(Exception), urllib.request.urlopen(f'{self.objects}?watch=true') as stream:
            for line in stream:
                event = json.loads(line)
                event['object']['metadata'].pop('managedFields', None)
                self.versions.append({'type': event['type'], 'object': event['object']})

    def create(self, name, **labels):
        spec = {'field': 'value', 'size': 1, 'whole': 1.0}
        self.request('POST', body={
            'apiVersion': 'kopf.dev/v1', 'kind': 'KopfExample', 'metadata': {'name': name, 'labels': labels}, 'spec': spec})

    def patch(self, name, body):
        self.request('PATCH', f'/{name}', body, 'application/merge-patch+json')


@contextlib.contextmanager
def program(*command, **options):
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def record(setting):
    with tempfile.TemporaryDirectory() as folder:
        files = pathlib.Path(folder)
        (files / 'crd.json').write_text(json.dumps(DEFINITION))
        source = (HERE / 'recorded_operator.py').read_text().replace('    settings.posting.enabled = False\n', f'    settings.posting.enabled = False{setting}\n')
        (files / 'recorded_operator.py').write_text(source)
        server = ROOT / 'packages/apiserver/dist/main.js'
        with program('node', server, '--crd', files / 'crd.json', '--kubeconfig', files / 'kubeconfig', stdout=subprocess.DEVNULL):
            while not (files / 'kubeconfig').exists() or not (files / 'kubeconfig').read_text():
                time.sleep(0.1)
            config = json.loads((files / 'kubeconfig').read_text())
            cluster = Cluster(config['clusters'][0]['cluster']['server'])
            threading.Thread(target=cluster.record, daemon=True).start()
            operator = [sys.executable, '-m', 'kopf', 'run', '--namespace', 'default', '--quiet', files / 'recorded_operator.py']
            with program(*operator, env={'KUBECONFIG': str(files / 'kubeconfig'), 'PATH': '/usr/bin:/bin', 'HOME': folder}):
                act(cluster)
            time.sleep(0.5)
            return cluster.versions


def act(cluster):
    cluster.create('plain', keep='yes')
    cluster.create('retried', keep='yes', retry='yes')
    cluster.create('parent', keep='yes', parent='yes')
    time.sleep(12)
    cluster.patch('plain', {'spec': {'size': 2}})
    cluster.request('PATCH', '/plain/status', {'status': {'watched': {'by': 'somebody'}}}, 'application/merge-patch+json')
    time.sleep(10)
    cluster.request('DELETE', '/plain')
    cluster.request('DELETE', '/retried')
    time.sleep(8)


def main():
    version = importlib.metadata.version('kopf')
    folder = ROOT / 'packages/testing/test/support' / f'kopf-{version}'
    folder.mkdir(parents=True, exist_ok=True)
    for name, setting in STORAGES.items():
        lines = [json.dumps(one) for one in record(setting)]
        (folder / f'{name}.jsonl').write_text('\n'.join(lines) + '\n')


main()
