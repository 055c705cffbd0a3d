"""Started by the run, once for each worker: `python3 -S -s start.py`, with the channel to the run as file descriptor 3."""

import os
import sys

from tandem_runtime.compiled import read_as_installed

# Before anything else is imported.
read_as_installed([os.path.dirname(os.__file__)])

from tandem_runtime.main import serve

# A module of the function may have the name of any of ours.
del sys.path[0]
serve()
