import kopf


@kopf.on.create('plaintwins')
def create_fn(patch, spec, **_):
    patch.status['name'] = spec['name']
    patch.meta.labels['handled'] = 'yes'
    return {'ok': True}


@kopf.on.update('plaintwins')
def update_fn(diff, **_):
    return len(diff)
