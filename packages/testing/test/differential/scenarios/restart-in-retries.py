import kopf


@kopf.on.create('twins')
def quick(**_):
    return 'once'


@kopf.on.create('twins')
def slow(retry, **_):
    if retry < 2:
        raise kopf.TemporaryError(f'wait {retry}', delay=12)
    return retry


@kopf.on.resume('twins')
def resume_fn(**_):
    pass
