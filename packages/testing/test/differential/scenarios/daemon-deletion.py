import kopf


@kopf.on.delete('twins')
async def delete_fn(**_):
    pass


@kopf.daemon('twins')
async def waiting(stopped, **_):
    await stopped.wait()
