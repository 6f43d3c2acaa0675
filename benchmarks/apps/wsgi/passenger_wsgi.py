"""1 KB, with its length, as fast as WSGI allows: what is measured is the server."""

BODY = (b"Hello from WSGI. " * 64)[:1024]


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "1024")])
    return [BODY]
