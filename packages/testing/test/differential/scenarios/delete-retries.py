import kopf


@kopf.on.delete('twins')
def delete_fn(retry, **_):
    if retry < 2:
        raise kopf.TemporaryError(f'not yet {retry}', delay=0.5)


@kopf.on.delete('twins')
def delete_once(**_):
    return 'once'
