"""The handlers of examples/00-hello for Python's Kopf, and one for the deletion."""

import kopf

SELECTOR = 'kopfexamples'


@kopf.on.create(SELECTOR)
def name_it(spec, patch, **_):
    patch.status['name'] = spec.get('name', 'world')


@kopf.on.event(SELECTOR, field='status.name', value=kopf.PRESENT)
def remember(memo, status, **_):
    memo.last_name = status['name']


@kopf.timer(SELECTOR, interval=5, when=lambda memo, **_: 'last_name' in memo)
def greet(memo, **_):
    print(f'Hello, {memo.last_name}!', flush=True)


@kopf.on.delete(SELECTOR)
def part(name, **_):
    print(f'Bye, {name}!', flush=True)
