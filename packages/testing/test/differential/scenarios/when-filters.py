import kopf


@kopf.on.create('twins', when=lambda spec, **_: spec['n'] > 1)
def big(**_):
    pass


@kopf.on.create('twins', when=kopf.all_([lambda spec, **_: spec['n'] > 1, kopf.not_(lambda name, **_: name == 'c')]))
def combined(**_):
    pass


@kopf.on.update('twins', when=lambda diff, **_: len(diff) == 1)
def one_change(**_):
    pass


@kopf.on.update('twins', when=kopf.any_([
    lambda old, new, **_: new['spec']['n'] > old['spec']['n'],
    kopf.none_([lambda reason, **_: reason == 'update']),
]))
def grown(**_):
    pass
