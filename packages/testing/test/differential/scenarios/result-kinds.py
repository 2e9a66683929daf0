import kopf


@kopf.on.create('twins')
def text(**_):
    return 'done'


@kopf.on.create('twins', id='list')
def list_(**_):
    return [1, {'two': 2}, 'three']


@kopf.on.create('twins')
def zero(**_):
    return 0


@kopf.on.create('twins')
def no(**_):
    return False


@kopf.on.create('twins')
def empty(**_):
    return {}


@kopf.on.create('twins')
def nothing(**_):
    return None


@kopf.on.create('twins')
def merged(patch, **_):
    patch.status['merged'] = {'kept': 1, 'replaced': {'a': 1}}
    return {'replaced': {'b': 2}, 'added': 3}


@kopf.on.update('twins', id='merged_later')
def merged_later(**_):
    return {'kept': None, 'again': {'deep': []}}
