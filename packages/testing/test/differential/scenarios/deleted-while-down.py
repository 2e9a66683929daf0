import kopf


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.delete('twins', labels={'keep': 'yes'})
def delete_fn(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('once more', delay=12)
