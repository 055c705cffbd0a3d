"""Errors in the form in which Lambda's Python runtime reports them."""

import os
import traceback

OWN = os.path.dirname(os.path.abspath(__file__))


class Fault(Exception):
    """Of the function's packaging, or of what it returned; `kind` is what Lambda calls it."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = kind
        self.trace = list(trace)


def describe(error, request_id=""):
    if isinstance(error, Fault):
        return report(str(error), error.kind, error.trace, request_id)
    frames = traceback.extract_tb(error.__traceback__)
    # What called the handler, or imported its module, is ours.
    shown = [frame for frame in frames if not frame.filename.startswith((OWN, "<frozen importlib"))]
    return report(str(error), type(error).__name__, traceback.format_list(shown), request_id)


def report(message, kind, trace, request_id):
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}
