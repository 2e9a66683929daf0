import kopf


@kopf.on.create('twins', backoff=12)
def create_fn(retry, patch, **_):
    patch.status['tried'] = retry
    if retry == 0:
        raise Exception('boo!')
