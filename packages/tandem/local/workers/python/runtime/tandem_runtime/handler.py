"""Finds and loads a handler as Lambda's Python runtime does, with its names for what can go wrong."""

import importlib
import importlib.machinery
import sys

from .errors import Fault

# Lambda's runtime brings these along; whatever else is installed on this machine is not there in the cloud.
BROUGHT = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"}


class BroughtAlong:
    """Asked last: what the function carries comes first."""

    def __init__(self, folders):
        self._folders = folders

    def find_spec(self, name, path=None, target=None):
        if path is not None or name not in BROUGHT:
            return None
        return importlib.machinery.PathFinder.find_spec(name, self._folders)


def search_in(task_root, layers, packages):
    sys.path[0:0] = [task_root, *layers]
    sys.meta_path.append(BroughtAlong(packages))


def load(handler):
    module_name, dot, name = handler.rpartition(".")
    if not dot:
        message = "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % handler
        raise Fault("Runtime.MalformedHandlerName", message)
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = "Cannot use built-in module %s as a handler module" % module_name
        raise Fault("Runtime.BuiltInModuleConflict", message)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        trace = ['  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)]
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error), trace)
    try:
        return getattr(module, name)
    except AttributeError:
        raise Fault("Runtime.HandlerNotFound", "Handler '%s' missing on module '%s'" % (name, module_name))
