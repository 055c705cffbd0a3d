"""What a function prints and logs, on its way to the run in Lambda's form."""

import _thread
import io
import json
import logging
import os
import sys
import time
import traceback

REQUEST = {"id": ""}


class LogStream(io.TextIOBase):
    """Whole lines; what has no end yet goes out with the answer."""

    encoding = "utf-8"

    def __init__(self, channel, fd):
        self._channel = channel
        self._fd = fd
        self._line = ""
        self._lock = _thread.RLock()

    @property
    def buffer(self):
        return io.FileIO(self._fd, "w", closefd=False)

    def writable(self):
        return True

    def fileno(self):
        return self._fd

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not %s" % type(text).__name__)
        with self._lock:
            lines, end, self._line = (self._line + text).rpartition("\n")
            if end:
                self._channel.send("log", lines + "\n")
        return len(text)

    def finish(self):
        if self._line:
            self.write("\n")


def capture(channel, as_json):
    sys.stdout = LogStream(channel, 1)
    sys.stderr = LogStream(channel, 2)
    logging.Formatter.converter = time.gmtime
    handler = LambdaHandler(channel)
    if as_json:
        handler.setFormatter(JsonFormatter(datefmt="%Y-%m-%dT%H:%M:%SZ"))
    else:
        line = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        handler.setFormatter(logging.Formatter(line, "%Y-%m-%dT%H:%M:%S"))
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper().replace("TRACE", "DEBUG")
    if isinstance(logging.getLevelName(level), int):
        logging.getLogger().setLevel(level)
    logging.getLogger().addHandler(handler)


def finish_lines():
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, LogStream):
            stream.finish()


class LambdaHandler(logging.Handler):
    def __init__(self, channel):
        super().__init__()
        self._channel = channel

    def emit(self, record):
        record.aws_request_id = REQUEST["id"]
        self._channel.send("log", self.format(record) + "\n")


OF_LOGGING = set(vars(logging.makeLogRecord({}))) | {"aws_request_id", "asctime", "message"}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        kind, error, trace = record.exc_info or (None, None, None)
        line = {
            "timestamp": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "stackTrace": traceback.format_tb(trace) if trace else None,
            "errorType": kind and kind.__name__,
            "errorMessage": None if error is None else str(error),
            "requestId": record.aws_request_id,
            "location": "%s:%s:%s" % (record.pathname, record.funcName, record.lineno) if kind else None,
        }
        more = {name: value for name, value in vars(record).items() if name not in OF_LOGGING}
        shown = {name: value for name, value in {**more, **line}.items() if value is not None}
        return json.dumps(shown, ensure_ascii=False, default=str)


def log_error(channel, error, as_json):
    if as_json:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        channel.send("log", json.dumps({"timestamp": now, "log_level": "ERROR", **error}, ensure_ascii=False) + "\n")
        return
    head = ": ".join(part for part in (error["errorType"], error["errorMessage"]) if part)
    lines = ["[ERROR] " + head, "Traceback (most recent call last):"]
    for entry in error["stackTrace"]:
        lines += entry.splitlines()
    channel.send("log", "\n".join(lines) + "\n")
