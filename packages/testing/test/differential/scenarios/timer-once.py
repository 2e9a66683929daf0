import kopf


@kopf.timer('twins', initial_delay=1)
async def once(**_):
    return {'done': True}
