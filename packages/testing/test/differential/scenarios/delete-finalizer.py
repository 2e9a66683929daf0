import kopf


@kopf.on.create('twins')
def create_1(**_):
    pass


@kopf.on.create('twins')
def create_2(**_):
    pass


@kopf.on.delete('twins')
def delete_fn(patch, **_):
    patch.status['leaving'] = True
