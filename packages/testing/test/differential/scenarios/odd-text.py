import kopf


@kopf.on.create('twins')
def create_fn(retry, spec, **_):
    if retry == 0:
        raise kopf.TemporaryError('später, "bald" \\ 😀', delay=12)
    return {'said': spec['text']}


@kopf.on.update('twins')
def update_fn(**_):
    pass
