import kopf


@kopf.on.update('twins')
def quick(spec, **_):
    return spec['x']


@kopf.on.update('twins')
def slow(retry, spec, **_):
    if retry == 0:
        raise kopf.TemporaryError('wait', delay=12)
    return spec['x']
