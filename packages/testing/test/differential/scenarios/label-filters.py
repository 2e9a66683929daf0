import kopf


@kopf.on.create('twins', labels={'l': 'v'})
def exact(**_):
    pass


@kopf.on.create('twins', labels={'l': kopf.PRESENT})
def there(**_):
    pass


@kopf.on.create('twins', labels={'l': kopf.ABSENT})
def absent(**_):
    pass


@kopf.on.create('twins', labels={'l': lambda value, **_: value is not None and value.startswith('w')})
def asked(**_):
    pass


@kopf.on.create('twins', labels={'l': kopf.PRESENT, 'm': 'x'})
def both(**_):
    pass


@kopf.on.update('twins', labels={'l': 'v'})
def update_fn(**_):
    pass
