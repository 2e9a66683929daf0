import kopf


@kopf.on.resume('twins')
def resume_fn(**_):
    pass


@kopf.on.resume('twins', deleted=True)
def resume_deleted(**_):
    pass


@kopf.on.delete('twins')
def delete_fn(**_):
    pass
