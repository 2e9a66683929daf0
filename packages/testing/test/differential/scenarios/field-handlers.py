import kopf


@kopf.on.create('twins', field='spec.size')
def create_fn(**_):
    pass


@kopf.on.update('twins', field='spec.size')
def update_fn(old, new, **_):
    return {'old': old, 'new': new}


@kopf.on.update('twins', field='spec.deep')
def deep_fn(**_):
    pass


@kopf.on.update('twins', field=['metadata', 'labels', 'a.b/c'])
def label_fn(**_):
    pass
