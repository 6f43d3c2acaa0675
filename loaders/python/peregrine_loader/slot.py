"""One thread with one listening socket, and the requests that arrive on it.

A request is a frame: four bytes of length, four with the number of strings, then the strings, each ended by
NUL: the values that every request has, then names and values of the others; then its content. It is read with
one system call and cut up by one `split`.

Frames of requests without content may follow each other. If the server hears nothing for 10 ms, it ends
its side, and after as long again sends those that have followed to other workers. No request is begun
here from then on.
"""

import contextlib
import os
import select
import socket
import sys
import threading
import time
import traceback
from json import dumps
from urllib.parse import unquote_to_bytes

from .content import ChunkedContent, EmptyContent, LengthContent
from .loading import backtrace
from .response import FileWrapper, Gone, Response

FRAME = 65536
# What every request has.
NAMES = (
    "REQUEST_METHOD",
    "REQUEST_URI",
    "PATH_INFO",
    "QUERY_STRING",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REQUEST_ID",
    "HTTP_X_REQUEST_START",
)
OTHERS = len(NAMES)
OTHER_VERSION = (
    "peregrine: the server sends what this loader does not understand: they are not of one "
    "version; stop and start the server"
)
# Seconds in which two requests are answered if the server can have heard of the first in time.
SILENCE = 0.005
# Taken before an app can put something else in its place.
Poll = select.poll


class Slot:
    """Accepts a connection, serves its requests one after the other, accepts the next."""

    def __init__(self, app, path, multithread):
        self.path = path
        self._app = app
        self._draining = False
        self._busy = False
        self._connection = None
        self._lock = threading.Lock()
        self._waiter = None
        self._server = listen(path)
        self._base = {
            "SCRIPT_NAME": "",
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": multithread,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": FileWrapper,
            "wsgi.input": EmptyContent(),
            "wsgi.input_terminated": True,
            "SERVER_SOFTWARE": os.environ.get("SERVER_SOFTWARE", "Peregrine"),
        }

    def run(self):
        """Serves until the slot is drained."""
        while not self._draining:
            connection = self._accept()
            with self._lock:
                self._connection = connection
            try:
                self._serve(connection)
            except OSError:
                pass  # the server hung up
            except Exception:
                traceback.print_exc()  # a slot that ends would be a slot lost
            self._busy = False
            connection.close()
            with self._lock:
                self._connection = None
                waiter, self._waiter = self._waiter, None
            if waiter:
                waiter()
        self._server.close()

    def _accept(self):
        while True:
            try:
                connection = self._server.accept()[0]
                connection.settimeout(None)  # whatever the app has made the default
                return connection
            except OSError as error:  # no descriptors left: a slot that ends would be lost
                sys.stderr.write(f"peregrine: {self.path}: {error}\n")
                time.sleep(0.1)

    def when_free(self, action):
        """Calls back once the slot waits for a connection. May be called from any thread."""
        with self._lock:
            if self._connection is not None:
                self._waiter = action
                return
        action()

    def drain(self):
        """Lets a running request finish and takes no other. May be called from any thread."""
        if self._draining:
            return
        self._draining = True
        connection = self._connection
        with contextlib.suppress(OSError):
            if connection is not None and not self._busy:
                connection.shutdown(socket.SHUT_RD)
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as waker:
            waker.connect(self.path)  # wakes the thread if it waits for a connection

    def _serve(self, connection):
        receive = connection.recv
        response = Response(connection)
        base = self._base
        app = self._app
        turn = turn_before = 0.0
        arrivals = Poll()
        arrivals.register(connection, select.POLLIN)
        rest = b""
        while not self._draining:
            self._busy = False
            data = rest or receive(FRAME)
            if not data:
                return
            self._busy = True
            end = int.from_bytes(data[:4], "big") + 4
            if len(data) < 4 or len(data) < end:
                data, end = receive_all(receive, data)
            strings = data[8:end].decode("latin-1").split("\0")
            if len(strings) != int.from_bytes(data[4:8], "big") + 1:
                raise ValueError(OTHER_VERSION)
            environ = dict(zip(NAMES, strings))
            environ.update(base)
            environ.update(zip(strings[OTHERS::2], strings[OTHERS + 1 :: 2]))
            path = environ["PATH_INFO"]
            if "%" in path:
                environ["PATH_INFO"] = unquote_to_bytes(path.encode("latin-1")).decode("latin-1")
            environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]
            content = None
            rest = data[end:]
            now = time.monotonic()
            is_late = now - turn_before > SILENCE
            turn_before, turn = turn, now
            if "CONTENT_LENGTH" in environ:
                content = LengthContent(receive, rest, int(environ["CONTENT_LENGTH"]))
                environ["wsgi.input"] = content
            elif "HTTP_TRANSFER_ENCODING" in environ:
                del environ["HTTP_TRANSFER_ENCODING"]
                content = ChunkedContent(receive, rest)
                environ["wsgi.input"] = content
            elif is_late:
                rest = receive_waiting(receive, arrivals, rest)
                if rest is None:
                    return
            if not respond(app, environ, response):
                return
            if content:
                if not content.skip():
                    return
                rest = b""


def respond(app, environ, response):
    """Answers one request. Returns whether the connection can take another."""
    response.begin(environ["REQUEST_METHOD"] == "HEAD")
    iterable = None
    try:
        iterable = app(environ, response.start)
        response.send_all(iterable)
    except Gone:
        response.keep = False
    except BaseException as error:
        report(environ, error)
        fail(response, error)
    finally:
        if hasattr(iterable, "close"):
            close(environ, iterable)
    return response.keep


def fail(response, error):
    """Answers for an app that raised; cuts the response off if it has begun."""
    if response.started:
        response.keep = False
        return
    text = dumps(
        {
            "class": type(error).__qualname__,
            "message": str(error),
            "backtrace": backtrace(error),
        }
    ).encode()
    try:
        response.send_error(text)
    except Gone:
        response.keep = False


def close(environ, iterable):
    """Closes what the app returned."""
    try:
        iterable.close()
    except Exception as error:
        report(environ, error)


def report(environ, error):
    """Prints an exception of the app."""
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    sys.stderr.write(f"{environ['REQUEST_METHOD']} {environ.get('REQUEST_URI')}: {text}")
    sys.stderr.flush()


def receive_all(receive, data):
    """Receives the rest of a frame; returns its bytes and where it ends."""
    while len(data) < 4:
        data += receive_some(receive)
    end = int.from_bytes(data[:4], "big") + 4
    pieces = [data]
    missing = end - len(data)
    while missing > 0:
        piece = receive_some(receive)
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces), end


def receive_waiting(receive, arrivals, data):
    """Receives what has arrived behind some data; returns None if the server has ended its side."""
    while arrivals.poll(0):
        piece = receive(FRAME)
        if not piece:
            return None
        data += piece
    return data


def receive_some(receive):
    """Receives some bytes, or fails if there will be none."""
    piece = receive(FRAME)
    if not piece:
        raise ConnectionResetError("the server hung up within a frame")
    return piece


def listen(path):
    """Opens a listening socket that only this user can connect to."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    umask = os.umask(0o177)
    try:
        server.bind(path)
    finally:
        os.umask(umask)
    server.listen(16)
    server.settimeout(None)
    return server
