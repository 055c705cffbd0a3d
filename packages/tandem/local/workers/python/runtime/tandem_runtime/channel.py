"""The run's end of this process: JSON texts behind their length, and the end of both at once."""

import _thread
import fcntl
import json
import os
import signal
import struct
import time

GIVEN = 3
LENGTH = struct.Struct(">I")
# Seconds, as everywhere in the local run.
LOOK = 0.5


class Channel:
    def __init__(self):
        # Not the number that it was given: a program that this one starts, or code that closes low numbers, leaves it alone.
        self._fd = fcntl.fcntl(GIVEN, fcntl.F_DUPFD_CLOEXEC, 100)
        os.close(GIVEN)
        self._lock = _thread.allocate_lock()
        self._wake_when_called()
        parent = os.getppid()
        # Below the module threading, which would count it among the function's.
        _thread.start_new_thread(self._follow, (parent,))

    def send(self, *message):
        text = json.dumps(message).encode()
        data = memoryview(LENGTH.pack(len(text)) + text)
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._fd, data) :]
            except ConnectionError:  # the run was killed
                end_with_all()

    def receive(self):
        (length,) = LENGTH.unpack(self._read(LENGTH.size))
        return json.loads(self._read(length))

    def _read(self, count):
        parts = []
        while count > 0:
            try:
                part = os.read(self._fd, count)
            except ConnectionError:  # it was killed before it had read all that was said to it
                part = b""
            if not part:
                end_with_all()
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _wake_when_called(self):
        """The run stops this process between two calls. The kernel lets it go on when something comes, the run's end too."""
        if not hasattr(fcntl, "F_SETSIG"):
            return
        fcntl.fcntl(self._fd, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(self._fd, fcntl.F_SETSIG, signal.SIGCONT)
        flags = fcntl.fcntl(self._fd, fcntl.F_GETFL)
        fcntl.fcntl(self._fd, fcntl.F_SETFL, flags | os.O_ASYNC)

    @staticmethod
    def _follow(parent):
        """A handler that is busy does not see the end of the channel."""
        while os.getppid() == parent:
            time.sleep(LOOK)
        end_with_all()


def end_with_all():
    """What the function has started ends with it."""
    os.killpg(0, signal.SIGKILL)
