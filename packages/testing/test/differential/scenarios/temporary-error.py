import kopf


@kopf.on.create('twins')
def create_fn(retry, **_):
    if retry < 2:
        raise kopf.TemporaryError(f'wait {retry}', delay=12)
    return {'attempts': retry + 1}
