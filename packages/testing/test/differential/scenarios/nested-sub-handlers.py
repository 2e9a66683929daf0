import kopf


@kopf.on.update('twins', field='spec.items')
async def update_fn(**_):
    await kopf.execute(fns={'outer': outer, 'fatal': fatal})
    return 'all'


async def outer(**_):
    @kopf.subhandler(id='inner')
    async def inner(retry, **_):
        if retry == 0:
            raise kopf.TemporaryError('not yet', delay=12)


async def fatal(**_):
    raise kopf.PermanentError('no way')
