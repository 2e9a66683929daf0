import kopf


@kopf.index('twins')
def names(name, **_):
    return name


@kopf.on.create('twins')
def create_fn(names, **_):
    return len(names[None])


@kopf.on.resume('twins')
def resume_fn(names, **_):
    return len(names[None])


@kopf.on.update('twins')
def update_fn(names, **_):
    return len(names[None])
