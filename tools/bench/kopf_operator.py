"""The measured operator under Python's Kopf: the one creation handler of `operator-process.mjs`."""
import sys

import kopf


@kopf.on.startup()
def configure(settings, **_):
    settings.posting.enabled = False


@kopf.on.create('kopfexamples')
def create_fn(spec, patch, **_):
    patch.status['name'] = spec.get('name', 'world')


kopf.run(namespaces=[sys.argv[1]], standalone=True)
