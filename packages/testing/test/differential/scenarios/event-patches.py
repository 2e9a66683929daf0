import kopf


@kopf.on.event('twins')
def event_fn(spec, patch, **_):
    patch.status['double'] = spec['x'] * 2


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.update('twins')
def update_fn(**_):
    pass
