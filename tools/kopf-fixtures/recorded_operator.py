"""The operator whose traces on objects are recorded: a handler for every state that a take-over can meet."""
import kopf


@kopf.on.startup()
def configure(settings, **_):
    settings.posting.enabled = False


@kopf.on.create('kopfexamples')
def create_fn(**_):
    return {'made': True}


@kopf.on.create('kopfexamples', labels={'retry': kopf.PRESENT})
def waiting_fn(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('not yet: "ключ"', delay=3)
    return retry


@kopf.on.create('kopfexamples', labels={'parent': kopf.PRESENT})
def parent_fn(**_):
    @kopf.subhandler(id='a')
    def child_a(**_):
        return 'a'

    @kopf.subhandler(id='b')
    def child_b(retry, **_):
        if retry == 0:
            raise kopf.TemporaryError('not yet', delay=3)
        return 'b'


@kopf.on.update('kopfexamples')
def update_fn(**_):
    return {'updated': True}


@kopf.on.update('kopfexamples', field='spec.size')
def a_field_handler_whose_id_is_too_long_for_one_of_the_keys(old, new, retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('not yet', delay=3)
    return [old, new]


@kopf.on.delete('kopfexamples', labels={'keep': kopf.PRESENT})
def delete_fn(retry, **_):
    if retry == 0:
        raise kopf.TemporaryError('not yet', delay=3)


@kopf.on.event('kopfexamples', field='status.watched')
def watched_fn(**_):
    pass
