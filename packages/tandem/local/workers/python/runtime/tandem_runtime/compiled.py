"""Where compiled modules are read from. What the function's code is compiled to is kept by its version, for it may be saved twice within
what a file's time tells apart (`-X pycache_prefix`, which Python takes for every module). Its own it compiled when it was installed."""

import sys
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)

PREFIX = sys.pycache_prefix


class AsInstalled(SourceFileLoader):
    """Writes nothing where it reads: what was not compiled there is compiled and kept as other modules are."""

    def get_data(self, path):
        if path.startswith(PREFIX):
            folder, _, name = path[len(PREFIX) :].rpartition("/")
            try:
                return super().get_data("%s/__pycache__/%s" % (folder, name))
            except OSError:
                pass
        return super().get_data(path)


LOADERS = (
    (ExtensionFileLoader, EXTENSION_SUFFIXES),
    (AsInstalled, SOURCE_SUFFIXES),
    (SourcelessFileLoader, BYTECODE_SUFFIXES),
)


def read_as_installed(folders):
    """For modules in these folders and below them."""
    installed = tuple(folder.rstrip("/") + "/" for folder in folders)
    # An archive that lies there is none.
    of_folder = FileFinder.path_hook(*LOADERS)

    def finder(folder):
        if not (folder + "/").startswith(installed):
            raise ImportError("not installed", path=folder)
        return of_folder(folder)

    sys.path_hooks.insert(0, finder)
    sys.path_importer_cache.clear()
