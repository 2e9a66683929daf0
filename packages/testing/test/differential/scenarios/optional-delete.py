import kopf


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.delete('twins', optional=True)
def optional(**_):
    pass


@kopf.on.delete('twins', labels={'keep': 'yes'})
def mandatory(**_):
    pass
