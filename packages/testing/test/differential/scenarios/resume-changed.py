import kopf


@kopf.on.update('twins')
def update_fn(**_):
    pass


@kopf.on.resume('twins')
def resume_fn(reason, **_):
    return reason.value
