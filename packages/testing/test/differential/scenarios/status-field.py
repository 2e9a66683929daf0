import kopf


@kopf.on.update('twins', field='status.phase')
def update_fn(old, new, **_):
    return [old, new]


@kopf.on.create('twins')
def create_fn(patch, **_):
    patch.status['phase'] = 'made'
