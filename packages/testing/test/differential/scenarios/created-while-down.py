import kopf


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.resume('twins')
def resume_fn(**_):
    pass


@kopf.on.update('twins')
def update_fn(**_):
    pass
