import kopf


@kopf.on.create('twins', retries=3)
def limited(**_):
    raise kopf.TemporaryError('never', delay=0.3)


@kopf.on.create('twins', retries=2, backoff=0.3)
def broken(**_):
    raise Exception('never ever')


@kopf.on.create('twins', retries=0)
def never(**_):
    pass


@kopf.on.create('twins')
def slow(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('later', delay=12)
