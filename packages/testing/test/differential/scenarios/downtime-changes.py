import kopf


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.update('twins')
def update_fn(diff, **_):
    return len(diff)
