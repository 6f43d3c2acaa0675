"""A WSGI app in one file; needs nothing but Python."""

import os
import platform


def application(environ, start_response):
    """Says hello, and who says it."""
    path = environ["PATH_INFO"]
    if path == "/":
        status = "200 OK"
        text = f"Hello from Python {platform.python_version()}, process {os.getpid()}\n"
    else:
        status = "404 Not Found"
        text = f"There is no {path} here.\n"
    content = text.encode("utf-8", "surrogateescape")
    fields = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(content))),
    ]
    start_response(status, fields)
    return [content]
