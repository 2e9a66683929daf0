import kopf


@kopf.on.update('twins', field='spec.f', old='a')
def from_a(**_):
    pass


@kopf.on.update('twins', field='spec.f', new='b')
def to_b(**_):
    pass


@kopf.on.update('twins', field='spec.f', old='a', new='b')
def from_a_to_b(**_):
    pass


@kopf.on.update('twins', field='spec.f', old=kopf.ABSENT)
def appeared(**_):
    pass


@kopf.on.update('twins', field='spec.f', old=kopf.PRESENT, new=kopf.ABSENT)
def vanished(**_):
    pass


@kopf.on.update('twins', field='spec.f', new=lambda value, **_: value == 'c')
def asked(**_):
    pass
