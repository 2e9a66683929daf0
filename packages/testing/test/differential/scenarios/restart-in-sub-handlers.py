import kopf


@kopf.on.create('twins')
def create_fn(**_):
    @kopf.subhandler()
    def quick(**_):
        return 'once'

    @kopf.subhandler()
    def slow(retry, **_):
        if retry < 2:
            raise kopf.TemporaryError('not yet', delay=2)
        return retry
