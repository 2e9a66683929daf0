import kopf


@kopf.on.create('twins')
def create_fn(**_):
    raise kopf.TemporaryError('wait', delay=60)


@kopf.on.create('twins')
def quick(**_):
    pass


@kopf.on.delete('twins')
def delete_fn(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('hold', delay=12)
