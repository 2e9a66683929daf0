import kopf


@kopf.daemon('twins')
async def trying(patch, retry, **_):
    patch.status['message'] = f'attempt {retry}'
    if retry < 3:
        raise kopf.TemporaryError('not yet', delay=None if retry == 0 else 1)
    return {'tries': retry}
