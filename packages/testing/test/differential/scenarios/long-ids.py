import kopf


def retry_once(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('wait', delay=12)


kopf.on.create('twins', id='x' * 46)(retry_once)
kopf.on.create('twins', id='y' * 70)(retry_once)
kopf.on.create('twins', id='Outer.' + 'z' * 50, field='spec.a')(retry_once)
