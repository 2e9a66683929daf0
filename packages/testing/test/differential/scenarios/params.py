import kopf


@kopf.on.create('twins', id='fn_b', param={'key': 'b'})
@kopf.on.create('twins', id='fn_a', param={'key': 'a'})
def fn(param, patch, **_):
    patch.status[param['key']] = True
