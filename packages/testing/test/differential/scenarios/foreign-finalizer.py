import kopf


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.delete('twins')
def delete_fn(**_):
    pass
