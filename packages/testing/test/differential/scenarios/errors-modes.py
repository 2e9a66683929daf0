import kopf


@kopf.on.create('twins', errors=kopf.ErrorsMode.IGNORED)
def ignored(**_):
    raise Exception('boo!')


@kopf.on.create('twins', errors=kopf.ErrorsMode.PERMANENT)
def permanent(**_):
    raise Exception('boo!')


@kopf.on.create('twins', errors=kopf.ErrorsMode.TEMPORARY, backoff=12)
def temporary(retry, **_):
    if retry == 0:
        raise Exception('boo!')


@kopf.on.create('twins', errors=kopf.ErrorsMode.IGNORED)
def ignored_retry(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('again', delay=12)
