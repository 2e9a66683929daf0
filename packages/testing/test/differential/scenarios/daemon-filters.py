import kopf


@kopf.daemon('twins', labels={'watched': 'yes'})
async def matching(stopped, **_):
    await stopped.wait()
