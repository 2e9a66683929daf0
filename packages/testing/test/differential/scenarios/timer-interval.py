import kopf


@kopf.timer('twins', interval=1, when=lambda status, **_: status.get('n', 0) < 3)
async def ticking(status, patch, **_):
    patch.status['n'] = status.get('n', 0) + 1
