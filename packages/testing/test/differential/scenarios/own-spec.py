import kopf


@kopf.on.create('twins')
def create_fn(patch, **_):
    patch.spec['size'] = 1
    patch.spec['unwanted'] = None


@kopf.on.update('twins')
def update_fn(patch, spec, **_):
    if spec['size'] < 3:
        patch.spec['size'] = spec['size'] + 1
