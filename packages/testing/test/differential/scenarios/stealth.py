import kopf


@kopf.on.create('twins', labels={'ours': 'yes'})
def create_fn(**_):
    pass


@kopf.on.update('twins', labels={'ours': 'yes'})
def update_fn(**_):
    pass


@kopf.on.delete('twins', labels={'ours': 'yes'})
def delete_fn(**_):
    pass
