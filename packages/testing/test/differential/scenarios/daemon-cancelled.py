import asyncio

import kopf


@kopf.daemon('twins', cancellation_backoff=1, cancellation_timeout=5)
async def stubborn(**_):
    await asyncio.sleep(3600)
