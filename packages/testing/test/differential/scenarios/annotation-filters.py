import kopf


A = 'example.com/a'


@kopf.on.create('twins', annotations={A: 'v'})
def exact(**_):
    pass


@kopf.on.create('twins', annotations={A: kopf.PRESENT})
def there(**_):
    pass


@kopf.on.create('twins', annotations={A: kopf.ABSENT})
def absent(**_):
    pass


@kopf.on.create('twins', annotations={A: lambda value, **_: value is None or value == 'w'})
def asked(**_):
    pass


@kopf.on.update('twins', annotations={A: kopf.PRESENT})
def update_fn(**_):
    pass
