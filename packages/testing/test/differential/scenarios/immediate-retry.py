import kopf


@kopf.on.create('twins')
def create_fn(retry, **_):
    if retry < 2:
        raise kopf.TemporaryError('again at once', delay=None)
