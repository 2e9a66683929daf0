import kopf


def add_host(host):
    def fn(body):
        if host not in body['spec']['hosts']:
            body['spec']['hosts'].append(host)

    return fn


@kopf.on.create('twins')
def create_fn(patch, **_):
    patch.spec['size'] = 1
    patch.fns.append(add_host('new'))
    patch.fns.append(add_host('old'))


@kopf.on.update('twins')
def update_fn(diff, **_):
    return len(diff)
