"""Request content, read from the connection when the app asks for it: `wsgi.input`."""

from io import BytesIO

PIECE = 65536
SKIPPED = 1 << 20


class EmptyContent(BytesIO):
    """The content of requests that have none; shared by all of them."""

    def close(self):
        """Stays open for the next request."""

    def write(self, data):
        raise OSError("request content cannot be written")


class Content:
    """Content of a request, as a file that can be read once."""

    def __init__(self, receive, data):
        self._receive = receive
        self._buffer = data

    def _fill(self):
        """Adds some bytes to the buffer; returns False at the end of the content."""
        raise NotImplementedError

    def read(self, size=-1):
        """Returns up to `size` bytes; fewer only at the end of the content."""
        if size is None or size < 0:
            pieces = [self._take(len(self._buffer))]
            while self._fill():
                pieces.append(self._take(len(self._buffer)))
            return b"".join(pieces)
        pieces = []
        while size > 0 and (self._buffer or self._fill()):
            piece = self._take(size)
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def readline(self, size=-1):
        """Returns a line with its end, or up to `size` bytes of it."""
        limit = -1 if size is None or size < 0 else size
        pieces = []
        while limit != 0 and (self._buffer or self._fill()):
            end = self._buffer.find(b"\n") + 1
            wanted = end or len(self._buffer)
            piece = self._take(wanted if limit < 0 else min(limit, wanted))
            pieces.append(piece)
            if piece.endswith(b"\n"):
                break
            if limit > 0:
                limit -= len(piece)
        return b"".join(pieces)

    def readlines(self, hint=-1):
        """Returns the lines, stopping once `hint` bytes have been read."""
        lines = []
        total = 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def __iter__(self):
        return iter(self.readline, b"")

    def skip(self):
        """Discards what the app has not read; returns whether that came to an end soon."""
        skipped = 0
        while self._buffer or self._fill():
            skipped += len(self._buffer)
            self._buffer = b""
            if skipped > SKIPPED:
                return False
        return True

    def _take(self, size):
        piece = self._buffer[:size]
        self._buffer = self._buffer[size:]
        return piece

    def _receive_some(self, size):
        piece = self._receive(size)
        if not piece:
            raise ConnectionResetError("request content ends early")
        return piece


class LengthContent(Content):
    """Content of a length that is known."""

    def __init__(self, receive, data, length):
        super().__init__(receive, data[:length])
        self._missing = length - len(self._buffer)

    def _fill(self):
        if self._missing == 0:
            return False
        piece = self._receive_some(min(PIECE, self._missing))
        self._missing -= len(piece)
        self._buffer += piece
        return True


class ChunkedContent(Content):
    """Content in the chunked coding (RFC 9112 section 7.1)."""

    def __init__(self, receive, data):
        super().__init__(receive, b"")
        self._raw = data
        self._missing = 0
        self._ended = False

    def _fill(self):
        if self._ended:
            return False
        if self._missing == 0:
            self._missing = int(self._raw_line().split(b";", 1)[0], 16)
            if self._missing == 0:
                while self._raw_line():
                    pass
                self._ended = True
                return False
        if not self._raw:
            self._raw = self._receive_some(PIECE)
        piece = self._raw[: self._missing]
        self._raw = self._raw[len(piece) :]
        self._missing -= len(piece)
        self._buffer += piece
        if self._missing == 0:
            self._raw_line()
        return True

    def _raw_line(self):
        while (end := self._raw.find(b"\r\n")) < 0:
            self._raw += self._receive_some(PIECE)
        line = self._raw[:end]
        self._raw = self._raw[end + 2 :]
        return line
