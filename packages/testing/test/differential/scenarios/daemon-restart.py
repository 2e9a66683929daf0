import kopf


@kopf.daemon('twins')
async def waiting(stopped, **_):
    await stopped.wait()


@kopf.daemon('twins')
async def brief(**_):
    pass
