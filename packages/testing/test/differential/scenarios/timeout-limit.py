import kopf


@kopf.on.create('twins', timeout=4)
def limited(**_):
    raise kopf.TemporaryError('never', delay=2.5)


@kopf.on.create('twins', timeout=2)
def hopeless(**_):
    raise kopf.TemporaryError('never', delay=2.5)


@kopf.on.create('twins', timeout=0)
def never(**_):
    pass
