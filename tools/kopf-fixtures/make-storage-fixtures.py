"""
Writes what Kopf's own storages make of ids, records, and objects, for tests that compare ours with it byte by byte.

    python -m venv venv && venv/bin/pip install kopf==1.45.2
    venv/bin/python tools/kopf-fixtures/make-storage-fixtures.py
"""
import asyncio
import datetime
import importlib.metadata
import json
import pathlib

import kopf
from kopf._cogs.structs import bodies, ids, patches
from kopf._core.actions import execution, progression

KOPF = 'kopf.zalando.org'
MINE = 'my-operator.example.com'
LONG = 'a-very-long-prefix-of-an-operator-with-a-name.sub-domain.example.com'

PLAIN = {'apiVersion': 'kopf.dev/v1', 'kind': 'KopfExample', 'metadata': {'name': 'a', 'uid': 'u1'}}
REPLICASET = {
    'apiVersion': 'apps/v1',
    'kind': 'ReplicaSet',
    'metadata': {'name': 'a', 'uid': 'u1', 'ownerReferences': [{'kind': 'Deployment', 'name': 'd'}]},
}

IDS = [
    'create_fn',
    'create_fn/spec.field',
    'create_fn.spec.field',
    'parent/child/grandchild',
    'a_b.c-d/e',
    'Mixed_Case-1.2',
    'outer.<locals>.inner',
    '<lambda>',
    'trailing/',
    'ключ',
    'ключ' * 20,
    '😀' * 40,
    'é/' * 32,
    *['x' * n for n in (15, 16, 38, 39, 40, 45, 46, 47, 55, 56, 57, 62, 63, 64, 65, 70, 253)],
    *['/' * n + 'x' for n in (45, 46, 62, 63)],
    'handler/' + 'y' * 60,
    'handler.' + 'y' * 60,
    'fn' * 323,
    *[f'same_start_of_two_very_long_handler_ids_{"z" * 30}/{tail}' for tail in ('a', 'b', 'spec.field')],
    *[f'suffixes-{n}-{"s" * 60}' for n in range(20)],
]


def key_fixtures():
    for prefix in (KOPF, MINE, LONG):
        for body in (PLAIN, REPLICASET):
            storage = kopf.AnnotationsProgressStorage(prefix=prefix)
            for id in IDS:
                keys = list(storage.make_keys(ids.HandlerId(id), body=bodies.Body(body)))
                yield {'prefix': prefix, 'kind': body['kind'], 'id': id, 'keys': keys}


def attempts():
    """Records as Kopf's own state machine makes them."""
    asyncio.get_running_loop().time = lambda: 0.0  # the same times in every run
    basetime = datetime.datetime(2020, 12, 31, 23, 59, 59, 123456, tzinfo=datetime.timezone.utc)
    Outcome = execution.Outcome

    def state(purpose, *outcomes):
        made = progression.HandlerState.from_scratch(basetime=basetime, purpose=purpose)
        for outcome in outcomes:
            made = made.with_outcome(outcome)
        return made.for_storage()

    yield 'selected', state('create')
    yield 'without a purpose', state(None)
    yield 'succeeded', state('create', Outcome(final=True, result={'a': 1}))
    yield 'failed', state('update', Outcome(final=True, exception=Exception('boom: "quoted"\n\t\\ ünïcode 😀 \u2028 \x7f \x00')))
    yield 'waiting', state('delete', Outcome(final=False, delay=60.5, exception=Exception('not yet')))
    yield 'waiting for no time', state('resume', Outcome(final=False, delay=0, exception=Exception('')))
    yield 'waiting for sub-handlers', state(
        'create', Outcome(final=False, delay=1, exception=Exception('children'), subrefs=['fn/b', 'fn/a', 'fn/a/x', 'fn/Z', 'fn/a']))
    yield 'tried again and again', state('create', *[Outcome(final=False, delay=1, exception=Exception(str(n))) for n in range(12)])


def record_fixtures():
    for what, record in attempts():
        for prefix in (KOPF, MINE):
            for v1 in (True, False):
                for verbose in (True, False):
                    storage = kopf.AnnotationsProgressStorage(prefix=prefix, v1=v1, verbose=verbose)
                    yield stored(storage, what, record, {'kind': 'annotations', 'prefix': prefix, 'v1': v1, 'verbose': verbose})
        yield stored(kopf.StatusProgressStorage(), what, record, {'kind': 'status'})
        yield stored(kopf.StatusProgressStorage(name='mine'), what, record, {'kind': 'status', 'name': 'mine'})
        yield stored(kopf.StatusProgressStorage(field='status.a.b'), what, record, {'kind': 'status', 'progressField': 'status.a.b'})
        yield stored(kopf.SmartProgressStorage(), what, record, {'kind': 'annotations', 'prefix': KOPF, 'v1': True, 'verbose': False})


def stored(storage, what, record, options):
    id = ids.HandlerId(f'create_fn/{"x" * 40}')
    patch = patches.Patch()
    storage.store(key=id, record=record, body=bodies.Body(PLAIN), patch=patch)
    # For reading it back: the patch without nulls is what the cluster keeps.
    return {'what': what, 'options': options, 'id': id, 'record': record, 'patch': json.loads(json.dumps(patch))}


BODIES = {
    'everything': {
        'apiVersion': 'kopf.dev/v1',
        'kind': 'KopfExample',
        'metadata': {
            'name': 'a',
            'uid': 'u1',
            'resourceVersion': '7',
            'generation': 2,
            'creationTimestamp': '2020-12-31T23:59:59Z',
            'finalizers': ['kopf.zalando.org/KopfFinalizerMarker'],
            'managedFields': [{'manager': 'kubectl'}],
            'labels': {'b': '2', 'a': '1'},
            'annotations': {
                'kubectl.kubernetes.io/last-applied-configuration': '{}',
                'kopf.zalando.org/create_fn': '{}',
                'kopf.zalando.org/last-handled-configuration': '{}\n',
                'deep.kopf.zalando.org/fn': 'x',
                'not-kopf.zalando.org/fn': 'stays',
                'other-op.example.com/kopf-managed': 'yes',
                'other-op.example.com/fn': 'x',
                'my-operator.example.com/fn': 'x',
                'mine': 'x',
                'example.com/mine': 'ключ',
            },
        },
        'spec': {'z': 1, 'a': {'list': [1, None, {'deep': [True, False]}], 'none': None, 'empty': {}}, 'text': 'ünï "q"\n\\/\x7f\u2028😀'},
        'data': {'k': 'v'},
        'webhooks': [{'name': 'w'}],
        'status': {'s': 1, 'kopf': {'progress': {'fn': {'retries': 1}}, 'dummy': 'x', 'last-handled-configuration': '{}'}, 'other': {'t': 2}},
    },
    'numbers': {
        **PLAIN,
        'spec': {'int': 1, 'big': 9007199254740991, 'negative': -5, 'fraction': 1.5, 'whole': 1.0, 'small': 1e-7, 'large': 1e22, 'zero': 0},
    },
    'beyond the integers of JavaScript': {**PLAIN, 'spec': {'nanos': 9007199254740993, 'max': 9223372036854775807}},
    'nothing but identity': PLAIN,
    'empty stanzas': {**PLAIN, 'metadata': {'name': 'a', 'uid': 'u1', 'labels': {}, 'annotations': {}}, 'spec': {}, 'status': {}},
    'only annotations of operators': {
        **PLAIN,
        'metadata': {'name': 'a', 'uid': 'u1', 'annotations': {'kopf.zalando.org/fn': '{}', 'x.example.com/kopf-managed': 'yes'}},
        'spec': {},
    },
    'a replica set of a deployment': {
        **REPLICASET,
        'metadata': {
            **REPLICASET['metadata'],
            'annotations': {'my-operator.example.com/last-handled-configuration': 'from the deployment', 'mine': 'x'},
        },
        'spec': {'replicas': 1},
    },
}
EXTRA = [[], ['status.s'], ['status'], ['metadata.generation', 'metadata.labels.a', 'status.absent.field']]
IGNORED = [[], ['spec.a', 'data.k'], ['spec.text.not-a-mapping', 'metadata.labels']]


def essence_fixtures():
    for name, body in BODIES.items():
        for extra in EXTRA:
            for ignored in IGNORED:
                for prefix in (KOPF, MINE):
                    options = {'kind': 'annotations', 'prefix': prefix}
                    yield handled(
                        kopf.AnnotationsDiffBaseStorage(prefix=prefix, ignored_fields=ignored),
                        kopf.SmartProgressStorage(prefix=prefix), name, body, extra, ignored, options)
                yield handled(
                    kopf.StatusDiffBaseStorage(ignored_fields=ignored),
                    kopf.StatusProgressStorage(), name, body, extra, ignored, {'kind': 'status'})


def handled(storage, progress, name, body, extra, ignored, options):
    essence = storage.build(body=bodies.Body(body), extra_fields=extra)
    essence = progress.clear(essence=essence)
    patch = patches.Patch()
    storage.store(body=bodies.Body(body), patch=patch, essence=essence)
    return {'body': name, 'extraFields': extra, 'ignoredFields': ignored, 'options': options, 'patch': json.loads(json.dumps(patch))}


def write(package, name, **parts):
    """One line per fixture: a reviewer sees which of them changed."""
    version = importlib.metadata.version('kopf')
    folder = pathlib.Path(__file__).parents[2] / 'packages' / package / 'test' / f'kopf-{version}'
    folder.mkdir(parents=True, exist_ok=True)
    lines = ['"' + part + '": [\n' + ',\n'.join(json.dumps(one) for one in fixtures) + '\n]' for part, fixtures in parts.items()]
    (folder / name).write_text('{\n' + ',\n'.join(lines) + '\n}\n')


async def main():
    write('persistence-annotations', 'storages.json', keys=list(key_fixtures()), records=list(record_fixtures()))
    # The texts of the bodies, for Python and JavaScript read numbers differently.
    texts = [{'name': name, 'text': json.dumps(body)} for name, body in BODIES.items()]
    write('core', 'essences.json', bodies=texts, essences=list(essence_fixtures()))


asyncio.run(main())
