import kopf


@kopf.on.create('twins')
def quick(spec, **_):
    return spec['x']


@kopf.on.create('twins')
def create_fn(retry, spec, **_):
    if retry == 0:
        raise kopf.TemporaryError('wait', delay=20)
    return spec['x']


@kopf.on.update('twins')
def update_fn(**_):
    pass
