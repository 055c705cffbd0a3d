"""What a function finds changed in Python: /tmp, /var/task and /opt are folders of its own, and no address of the cloud answers."""

import builtins
import io
import os
import socket
import sys

ONE_PATH = """access chdir chflags chmod chown lchown listdir lstat mkdir mkfifo open readlink remove rmdir scandir
stat statvfs truncate unlink utime""".split()
TWO_PATHS = "link rename replace symlink".split()


def map_folders(folders, readable, temporary):
    """`folders`: as the cloud calls them → here. What lies in `readable` stays as it is, also below this machine's /tmp."""
    stay = tuple(folder.rstrip("/") + "/" for folder in readable)

    def here(name):
        if not isinstance(name, (str, bytes, os.PathLike)):
            return name
        text = os.fsdecode(name)
        if not text.startswith("/") or (text + "/").startswith(stay):
            return name
        for cloud, local in folders.items():
            if text == cloud or text.startswith(cloud + "/"):
                if local == temporary:
                    os.makedirs(temporary, exist_ok=True)
                mapped = local + text[len(cloud) :]
                return os.fsencode(mapped) if isinstance(name, bytes) else mapped
        return name

    def mapped(original, count):
        def call(*values, **named):
            values = tuple(here(value) for value in values[:count]) + values[count:]
            for key in ("path", "src", "dst", "file"):
                if key in named:
                    named[key] = here(named[key])
            return original(*values, **named)

        call.__name__ = original.__name__
        return call

    for names, count in ((ONE_PATH, 1), (TWO_PATHS, 2)):
        for name in names:
            if hasattr(os, name):
                original = getattr(os, name)
                replacement = mapped(original, count)
                setattr(os, name, replacement)
                # `os` keeps sets of what takes a descriptor, or a folder's; functions are looked up there.
                for kept in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks, os.supports_effective_ids):
                    if original in kept:
                        kept.add(replacement)
    builtins.open = io.open = mapped(io.open, 1)


def resolve_prefixed():
    """StartSyncExecution goes to `sync-127.0.0.1`, which no resolver knows: it is the host itself."""
    original = socket.getaddrinfo

    def getaddrinfo(host, *values, **named):
        return original("127.0.0.1" if host == "sync-127.0.0.1" else host, *values, **named)

    socket.getaddrinfo = getaddrinfo


class CloudAddressRefused(RuntimeError):
    """No OSError: an SDK would take it for one of the network, and try again."""


def refuse_cloud(domains, addresses, refused):
    def is_cloud(host):
        name = host.lower().rstrip(".")
        return name in addresses or any(name == one or name.endswith("." + one) for one in domains)

    def audit(event, values):
        if event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = values[0]
        elif event in ("socket.connect", "socket.sendto"):
            host = values[1][0] if isinstance(values[1], tuple) else None
        else:
            return
        host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(host, str) and is_cloud(host):
            refused(host)
            raise CloudAddressRefused(
                host + " is an address of the cloud: the local run lets nothing out to it. "
                "Use a client that follows AWS_ENDPOINT_URL (boto3 from 1.28 on), or start the run with --allow-cloud."
            )

    sys.addaudithook(audit)
