import kopf


@kopf.on.delete('twins')
@kopf.on.create('twins')
def shared(reason, retry, **_):
    if reason == 'create' and retry == 0:
        raise kopf.TemporaryError('wait', delay=12)
