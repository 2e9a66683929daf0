import kopf


@kopf.index('twins')
def colours(name, spec, **_):
    if spec.get('colour'):
        return {spec['colour']: name}


@kopf.on.create('twins')
def create_fn(colours, **_):
    return len(colours)


@kopf.on.update('twins', id='look_fn', field='spec.look')
def look_fn(colours, spec, **_):
    return sorted(colours.get(spec['look'], []))
