"""Every request and every response is checked against PEP 3333."""

from wsgiref.validate import validator


def plain(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    content = environ["wsgi.input"].read(length) if length else b""
    body = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {len(content)}\n".encode()
    fields = [("Content-Type", "text/plain")]
    if environ["QUERY_STRING"] != "chunked":
        fields.append(("Content-Length", str(len(body))))
    start_response("200 OK", fields)
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]


application = validator(plain)
