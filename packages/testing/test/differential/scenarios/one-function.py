import kopf


@kopf.on.resume('twins')
@kopf.on.update('twins')
@kopf.on.create('twins')
def fn(reason, spec, **_):
    return {reason.value: spec['x']}
