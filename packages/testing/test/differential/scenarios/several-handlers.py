import kopf


@kopf.on.create('twins')
def first(**_):
    return 1


@kopf.on.create('twins')
def second(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('not yet', delay=12)
    return 2


@kopf.on.create('twins')
def third(**_):
    return 3


@kopf.on.update('twins')
def not_now(**_):
    pass
