"""Loads the handler, then answers one call after the other; the run stops this process in between."""

import decimal
import json
import os
import resource
import site
import sys
import time

from . import handler as handlers
from . import log
from .channel import Channel
from .compiled import read_as_installed
from .context import LambdaContext
from .errors import Fault, describe
from .surroundings import map_folders, refuse_cloud, resolve_prefixed

# In pages, the second number. What getrusage says on Linux is at least what the run held when it started this process.
STATM = os.open("/proc/self/statm", os.O_RDONLY) if sys.platform == "linux" else None
# From 3.12 on Lambda's answers hold letters of every alphabet as they are.
ESCAPES = os.environ.get("AWS_EXECUTION_ENV", "").rpartition(".")[2] in ("6", "7", "8", "9", "10", "11")


def memory():
    if STATM is None:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(os.pread(STATM, 100, 0).split()[1]) * resource.getpagesize()


def milliseconds(since):
    return (time.perf_counter() - since) * 1000


def serve():
    channel = Channel()
    assignment = channel.receive()
    # Started without `site`, which would bring all packages of this machine; `exit` comes from there, too.
    site.setquit()
    log.capture(channel, assignment["logsJson"])
    handler = load(channel, assignment)
    while True:
        answer(channel, handler, assignment, *channel.receive())


def load(channel, assignment):
    root, layers = assignment["taskRoot"], assignment["layers"]
    folders = {"/tmp": assignment["temporaryFolder"], "/var/task": root}
    if layers:
        folders["/opt"] = layers["root"]
    readable = [*folders.values(), assignment["projectFolder"], *assignment["packages"], sys.prefix, sys.base_prefix]
    map_folders(folders, readable, assignment["temporaryFolder"])
    resolve_prefixed()
    if assignment["cloud"]:
        refuse_cloud(*assignment["cloud"], lambda host: channel.send("refused", host))
    read_as_installed(assignment["packages"])
    handlers.search_in(root, layers["packages"] if layers else [], assignment["packages"])
    started = time.perf_counter()
    try:
        handler = handlers.load(assignment["handler"])
    except Exception as error:
        described = describe(error)
        log.finish_lines()
        log.log_error(channel, described, assignment["logsJson"])
        channel.send("not loaded", described)
        os._exit(1)
    log.finish_lines()
    channel.send("loaded", milliseconds(started), memory())
    return handler


def answer(channel, handler, assignment, request_id, trace, arn, event, deadline, client_context):
    log.REQUEST["id"] = request_id
    os.environ["_X_AMZN_TRACE_ID"] = trace
    started = time.perf_counter()
    try:
        returned = handler(json.loads(event), LambdaContext(request_id, arn, deadline, client_context))
        text = serialise(returned, assignment["largestAnswer"])
        log.finish_lines()
        channel.send("answer", text, milliseconds(started), memory())
    except Exception as error:
        described = describe(error, request_id)
        log.finish_lines()
        log.log_error(channel, described, assignment["logsJson"])
        channel.send("error", described, milliseconds(started), memory())


def plain(value):
    if isinstance(value, decimal.Decimal):
        is_whole = value.is_finite() and value == value.to_integral_value()
        return int(value) if is_whole else float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def serialise(value, most):
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else marshalled(value)
    if len(text.encode("utf-8", "replace")) > most:
        message = "Response payload size exceeded maximum allowed payload size (%d bytes)." % most
        raise Fault("Function.ResponseSizeTooLarge", message)
    return text


def marshalled(value):
    try:
        return json.dumps(value, default=plain, ensure_ascii=ESCAPES)
    except Exception as error:
        raise Fault("Runtime.MarshalError", "Unable to marshal response: %s" % error)
