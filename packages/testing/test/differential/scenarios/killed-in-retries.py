import kopf


@kopf.on.create('twins')
def quick(**_):
    return 'once'


@kopf.on.create('twins')
def slow(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('wait', delay=12)


@kopf.on.delete('twins')
def delete_fn(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('hold', delay=12)
