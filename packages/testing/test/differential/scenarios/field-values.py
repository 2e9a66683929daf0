import kopf


@kopf.on.create('twins', field='spec.f', value='v')
def exact(**_):
    pass


@kopf.on.create('twins', field='spec.f', value={'a': [1]})
def mapping(**_):
    pass


@kopf.on.create('twins', field='spec.f', value=kopf.PRESENT)
def there(**_):
    pass


@kopf.on.create('twins', field='spec.f', value=kopf.ABSENT)
def absent(**_):
    pass


@kopf.on.create('twins', field='spec.f', value=lambda value, **_: value == 'w' or value is None)
def asked(**_):
    pass


@kopf.on.update('twins', field='spec.f', value='v')
def either(**_):
    pass
