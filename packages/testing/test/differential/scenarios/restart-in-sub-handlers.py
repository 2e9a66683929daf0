import kopf


@kopf.on.create('twins')
def create_fn(**_):
    @kopf.subhandler(id='quick')
    def quick(**_):
        return 'once'

    @kopf.subhandler(id='slow')
    def slow(retry, **_):
        if retry < 2:
            raise kopf.TemporaryError('not yet', delay=12)
        return retry
