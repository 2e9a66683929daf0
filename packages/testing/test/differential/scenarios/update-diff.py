import kopf


@kopf.on.update('twins')
def update_fn(diff, **_):
    return {'changes': len(diff)}
