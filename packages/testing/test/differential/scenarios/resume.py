import kopf


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.resume('twins')
def resume_fn(spec, **_):
    return {'seen': spec['x']}
