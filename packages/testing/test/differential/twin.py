"""The handlers of one scenario under Kopf. Each invocation is written down: a line of JSON when it begins, and one when it ends.

    python twin.py SCENARIO.py NAMESPACE NOTES.jsonl LIFECYCLE
"""
import asyncio
import importlib.util
import itertools
import json
import sys

import kopf
from kopf._core.actions import execution
from kopf._core.intents import handlers


def load(path):
    spec = importlib.util.spec_from_file_location('scenario', path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def plain(value):
    """Views of Kopf as JSON has them."""
    if hasattr(value, 'items'):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def family(handler):
    if isinstance(handler, handlers.TimerHandler):
        return 'timer'
    return 'daemon' if isinstance(handler, handlers.DaemonHandler) else 'event'


def started(handler, cause, retry):
    body = cause.body
    seen = {key: plain(body.get(key)) for key in ('spec', 'status') if body.get(key) is not None}
    reason = getattr(cause, 'reason', None)
    call = {'object': body.metadata.name, 'handler': handler.id, 'reason': reason.value if reason else family(handler), 'retry': retry, 'seen': seen}
    if reason:
        diff = [{'op': op.value, 'field': list(field), 'old': plain(old), 'new': plain(new)} for op, field, old, new in cause.diff]
        call.update(old=plain(cause.old), new=plain(cause.new), diff=diff)
    return call


def observe(notes):
    """All invocations pass through one function; sub-handlers, too."""
    invoke = execution.invoke_handler
    numbers = itertools.count()

    def note(entry):
        notes.write(json.dumps(entry) + '\n')
        notes.flush()

    async def observed(*, handler, cause, retry, **kwargs):
        if not hasattr(cause, 'body'):
            return await invoke(handler=handler, cause=cause, retry=retry, **kwargs)
        call = started(handler, handler.adjust_cause(cause), retry)
        number = next(numbers)
        note({'number': number})
        result = 'cancelled'
        try:
            value = await invoke(handler=handler, cause=cause, retry=retry, **kwargs)
            result = 'ok'
            return value
        except asyncio.CancelledError:
            raise
        except kopf.PermanentError:
            result = 'permanent'
            raise
        except Exception:
            result = 'retry'
            raise
        finally:
            note({**call, 'number': number, 'result': result})

    execution.invoke_handler = observed


def main(scenario, namespace, path, lifecycle):
    load(scenario)

    @kopf.on.startup()
    def configure(settings, **_):
        settings.posting.enabled = False  # Kubernetes Events are no part of what is compared

    kopf.configure(verbose=True)
    with open(path, 'a', encoding='utf-8') as notes:
        observe(notes)
        kopf.run(lifecycle=getattr(kopf.lifecycles, lifecycle), namespaces=[namespace], standalone=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
