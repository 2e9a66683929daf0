import kopf


@kopf.on.create('twins')
def fatal(**_):
    raise kopf.PermanentError('no way')


@kopf.on.create('twins')
def later(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('later', delay=12)
    return 'done'


@kopf.on.update('twins')
def fatal_update(**_):
    raise kopf.PermanentError('no way')
