import kopf


@kopf.on.create('twins')
def create_fn(patch, **_):
    patch.meta.labels['made'] = 'yes'
    patch.meta.annotations['example.com/note'] = 'x'


@kopf.on.update('twins')
def update_fn(patch, diff, **_):
    patch.status['changes'] = len(diff)
