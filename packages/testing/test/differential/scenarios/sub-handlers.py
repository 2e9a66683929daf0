import kopf


@kopf.on.create('twins')
def create_fn(spec, **_):
    for item in spec['items']:

        @kopf.subhandler(id=item, param=item)
        def item_fn(param, retry, **_):
            if param == 'late' and retry == 0:
                raise kopf.TemporaryError('not yet', delay=12)
            return {'item': param}

    return 'parent'
