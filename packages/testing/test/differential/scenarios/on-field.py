import kopf


@kopf.on.field('twins', field='spec.size')
def size_fn(old, new, reason, **_):
    return {'reason': reason.value, 'old': old, 'new': new}


@kopf.on.field('twins', field=['metadata', 'labels', 'a.b/c'], new=kopf.ABSENT)
def label_fn(**_):
    pass


@kopf.on.delete('twins')
def delete_fn(**_):
    pass
