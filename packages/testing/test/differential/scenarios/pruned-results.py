import kopf


@kopf.on.create('prunedtwins')
def create_fn(patch, **_):
    patch.status['known'] = 'kept'
    return {'pruned': True}


@kopf.on.update('prunedtwins')
def update_fn(**_):
    return {'pruned': True}
