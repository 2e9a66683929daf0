import kopf


@kopf.on.create('twins', timeout=16)
def limited(**_):
    raise kopf.TemporaryError('never', delay=10)


@kopf.on.create('twins', timeout=8)
def hopeless(**_):
    raise kopf.TemporaryError('never', delay=10)


@kopf.on.create('twins', timeout=0)
def never(**_):
    pass
