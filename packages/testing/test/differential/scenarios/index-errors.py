import kopf


@kopf.index('twins')
def xs(name, spec, **_):
    x = spec.get('x')
    if x == 'arbitrary':
        raise Exception('boom')
    if x == 'temporary':
        raise kopf.TemporaryError('later', delay=3600)
    if x == 'permanent':
        raise kopf.PermanentError('never')
    return None if x is None else {name: x}


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.update('twins', id='look_fn', field='spec.look')
def look_fn(xs, **_):
    return sorted(f'{key}={",".join(values)}' for key, values in xs.items())
