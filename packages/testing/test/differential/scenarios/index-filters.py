import kopf


@kopf.index('twins', labels={'in': 'yes'}, when=lambda spec, **_: spec.get('out') is not True)
def names(name, **_):
    return name


@kopf.on.create('twins')
def create_fn(**_):
    pass


@kopf.on.update('twins', id='look_fn', field='spec.look')
def look_fn(names, **_):
    return sorted(names.get(None, []))
