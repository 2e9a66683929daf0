import kopf


@kopf.on.create('twins')
def create_fn(spec, **_):
    return {'message': f"hello {spec['name']}"}


@kopf.on.create('twins')
def patching(spec, patch, **_):
    patch.status['name'] = spec['name']
