import kopf


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.update('twins', field='spec.watched')
def update_fn(**_):
    pass
