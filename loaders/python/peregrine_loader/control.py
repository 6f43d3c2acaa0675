"""The control connection: JSON lines to and from the server."""

import contextlib
import json
import os
import socket
import threading


class Control:
    """One connection to the server. Its end is the server's end."""

    def __init__(self, path, token):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._lock = threading.Lock()
        self.send({"hello": token, "pid": os.getpid()})

    def send(self, message):
        """Sends one message. A server that is gone is noticed by whoever reads."""
        line = json.dumps(message).encode() + b"\n"
        with self._lock, contextlib.suppress(OSError):
            self._socket.sendall(line)

    @contextlib.contextmanager
    def step(self, name):
        """Reports that a step of the start begins, and how it ends."""
        self.send({"type": "step", "name": name, "state": "begin"})
        try:
            yield
        except BaseException:
            self.send({"type": "step", "name": name, "state": "error"})
            raise
        self.send({"type": "step", "name": name, "state": "done"})

    def messages(self):
        """Yields each message until the connection ends."""
        with contextlib.suppress(OSError, ValueError), self._socket.makefile("rb") as lines:
            for line in lines:
                yield json.loads(line)
