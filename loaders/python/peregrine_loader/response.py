"""Writes the responses of one connection, as PEP 3333 has it.

The head goes out with the first content that is not empty, in one system call. Content of unknown
length is sent in the chunked coding, unless the app returned a list of one part.
"""

import os
import stat
import sys

NO_CONTENT = ("204", "304")
HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "proxy-authenticate", "te", "trailer", "upgrade")
)


class Gone(ConnectionError):
    """The server has hung up while a response was written to it."""


class BadField(ValueError):
    """A field that an app must not send; the message names it, never its value."""


class FileWrapper:
    """`wsgi.file_wrapper`: a file whose content is sent by the kernel if it has a descriptor."""

    def __init__(self, file, block_size=65536):
        self.file = file
        self.block_size = block_size
        if hasattr(file, "close"):
            self.close = file.close

    def __iter__(self):
        return iter(lambda: self.file.read(self.block_size), b"")


class Response:
    """The response that is being written on a connection, one after the other."""

    def __init__(self, connection):
        self._connection = connection
        self._send = connection.sendall
        self.keep = True
        self.started = False
        self._head = None
        self._length = None
        self._is_chunked = False
        self._has_content = True
        self._is_head = False
        self._sent = 0

    def begin(self, is_head):
        """Makes ready for the next response."""
        self._is_head = is_head
        self._head = None
        self.started = False
        self._sent = 0

    def start(self, status, headers, exc_info=None):
        """`start_response` of PEP 3333."""
        if exc_info:
            try:
                if self.started:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self._head is not None:
            raise AssertionError("start_response was called twice without exc_info")
        if status.startswith("1") and not status.startswith("101"):
            raise ValueError(f"{status} is no final status")
        length = None
        lines = ["HTTP/1.1 " + status]
        for name, value in headers:
            lowered = name.lower()
            if lowered == "content-length":
                length = int(value)
            elif lowered in HOP_BY_HOP or lowered == "transfer-encoding":
                raise AssertionError(f"{name} is a field of the connection, not of the response")
            lines.append(name + ": " + value)
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1:
            raise BadField("CR or LF in " + place_of_line_end(status, headers))
        self._head = head
        self._length = length
        self._has_content = not self._is_head and not status.startswith(NO_CONTENT)
        return self.write

    def write(self, data):
        """Writes content; the callable that `start_response` returns."""
        if not data:
            return
        if not self.started:
            self._send_head(data, None)
        elif self._has_content:
            self._send_part(data)

    def send_all(self, iterable):
        """Writes the content that an app returned, and the end of the response."""
        if type(iterable) is FileWrapper and self._send_file(iterable):
            return
        if not self.started and type(iterable) in (list, tuple) and len(iterable) == 1:
            self._send_head(iterable[0], len(iterable[0]))
            self._check()
            return
        for data in iterable:
            if data:
                if self.started:
                    if self._has_content:
                        self._send_part(data)
                else:
                    self._send_head(data, None)
        if not self.started:
            self._send_head(b"", 0)
        self._finish()

    def send_error(self, text):
        """Answers for an app that raised; nothing must have been sent yet."""
        self._head = (
            "HTTP/1.1 500 Internal Server Error\r\nX-Peregrine-App-Error: 1\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(text)}"
        )
        self._length = len(text)
        self._has_content = not self._is_head
        self._send_head(text, None)

    def _send_head(self, data, total):
        """Sends the head with the first content; `total` is the length of all of it, if known."""
        head = self._head
        if head is None:
            raise AssertionError("start_response was not called before the first content")
        length = self._length
        self._is_chunked = False
        if length is not None:
            pass
        elif not self._has_content:
            data = b""
        elif total is not None:
            head += f"\r\nContent-Length: {total}"
            length = self._length = total
        else:
            head += "\r\nTransfer-Encoding: chunked"
            self._is_chunked = True
        out = (head + "\r\n\r\n").encode("latin-1")
        self.started = True
        if self._is_chunked:
            out += b"%x\r\n%b\r\n" % (len(data), data)
        elif self._has_content:
            self._sent = len(data)
            out += data if self._sent <= length else data[:length]
        self._transmit(out)

    def _send_part(self, data):
        if self._is_chunked:
            self._transmit(b"%x\r\n%b\r\n" % (len(data), data))
            return
        room = self._length - self._sent
        self._sent += len(data)
        self._transmit(data if len(data) <= room else data[: max(0, room)])

    def _finish(self):
        if self._is_chunked:
            self._transmit(b"0\r\n\r\n")
        else:
            self._check()

    def _check(self):
        if self._has_content and self._sent != self._length:
            sys.stderr.write(
                f"peregrine: response cut off: Content-Length is {self._length}, "
                f"content has {self._sent} bytes\n"
            )
            self.keep = False

    def _send_file(self, wrapper):
        """Sends the rest of a regular file; returns whether it was one."""
        try:
            descriptor = wrapper.file.fileno()
            status = os.fstat(descriptor)
            offset = wrapper.file.tell()
        except (AttributeError, OSError, ValueError):
            return False
        if self.started or not stat.S_ISREG(status.st_mode):
            return False
        size = max(0, status.st_size - offset)
        if self._length is None:
            self._length = size
            self._head += f"\r\nContent-Length: {size}"
        count = min(size, self._length)
        self._send_head(b"", None)
        if self._has_content:
            self._sent = self._copy(wrapper.file, offset, count)
        self._check()
        return True

    def _copy(self, file, offset, count):
        if count == 0:
            return 0
        try:
            return self._connection.sendfile(file, offset, count)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Gone from error

    def _transmit(self, data):
        try:
            self._send(data)
        except OSError as error:
            raise Gone from error


def place_of_line_end(status, headers):
    """Names what holds a CR or LF."""
    if "\r" in status or "\n" in status:
        return "the status line"
    return next(
        f"the field {name!r}" for name, value in headers if {"\r", "\n"} & set(name + value)
    )
