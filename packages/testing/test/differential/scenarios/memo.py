import kopf


@kopf.on.event('twins')
def event_fn(memo, spec, **_):
    memo.largest = max(memo.get('largest', 0), spec['x'])


@kopf.on.create('twins')
def create_fn(memo, **_):
    memo.created = True
    return memo.largest


@kopf.on.update('twins')
def update_fn(memo, **_):
    return {'created': memo.created, 'largest': memo.largest}
