import kopf


@kopf.timer('twins', backoff=1)
async def failing(retry, patch, **_):
    patch.status['retry'] = retry
    if retry < 2:
        raise Exception('not yet')
    return retry
