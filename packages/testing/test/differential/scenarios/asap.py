import kopf


@kopf.on.create('twins')
def failing(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('not yet', delay=12)


@kopf.on.create('twins')
def second(**_):
    return 2


@kopf.on.create('twins')
def third(**_):
    return 3
