import asyncio

import kopf


@kopf.on.create('twins')
async def hanging(spec, **_):
    if spec['hang']:
        await asyncio.sleep(60)


@kopf.on.resume('twins')
def resume_fn(**_):
    pass
