"""A WSGI app that can do everything a conformance test asks of an app."""

import hashlib
import json
import os
import subprocess
import sys
import time
from urllib.parse import parse_qs

TEXT = [("Content-Type", "text/plain")]
JSON = [("Content-Type", "application/json")]
larder = []


class Request:
    def __init__(self, environ):
        self.environ = environ
        self.query = {k: v[0] for k, v in parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).items()}
        self.input = environ["wsgi.input"]
        parts = environ["PATH_INFO"].split("/", 2)
        self.name = parts[1].replace("-", "_") or "root"
        self.rest = parts[2] if len(parts) > 2 else ""

    def wait_for(self, file):
        while not os.path.exists(file):
            time.sleep(0.01)


def application(environ, start_response):
    request = Request(environ)
    dish = globals().get("dish_" + request.name)
    if dish is None:
        start_response("404 Not Found", list(TEXT))
        return [b"no such dish\n"]
    return dish(request, start_response)


def text(start, content, status="200 OK", fields=()):
    start(status, TEXT + [("Content-Length", str(len(content)))] + list(fields))
    return [content]


def as_json(start, value):
    content = json.dumps(value).encode()
    start("200 OK", JSON + [("Content-Length", str(len(content)))])
    return [content]


def dish_root(request, start):
    return text(start, b"hello\n")


def dish_echo(request, start):
    env = request.environ
    content = env["wsgi.input"].read()
    return as_json(start, {
        "method": env["REQUEST_METHOD"], "uri": env.get("REQUEST_URI"), "path": env["PATH_INFO"],
        "query": env["QUERY_STRING"], "script": env["SCRIPT_NAME"], "protocol": env["SERVER_PROTOCOL"],
        "name": env["SERVER_NAME"], "port": env["SERVER_PORT"], "scheme": env["wsgi.url_scheme"],
        "address": env.get("REMOTE_ADDR"), "type": env.get("CONTENT_TYPE"), "length": env.get("CONTENT_LENGTH"),
        "fields": {k: v for k, v in env.items() if k.startswith("HTTP_")},
        "bytes": len(content), "digest": hashlib.sha256(content).hexdigest(),
        "content": content[:10000].decode("utf-8", "replace"), "environment": sorted(env)})


def dish_upload(request, start):
    digest = hashlib.sha256()
    count = 0
    while True:
        piece = request.input.read(65536)
        if not piece:
            break
        count += len(piece)
        if "digest" in request.query:
            digest.update(piece)
    return as_json(start, {"bytes": count, "digest": digest.hexdigest()})


def dish_ignore_content(request, start):
    return text(start, b"not read\n")


def dish_status(request, start):
    start(request.rest + " Status", [])
    return []


def dish_cookies(request, start):
    return text(start, b"cookies\n", fields=[("Set-Cookie", "a=1; path=/"), ("Set-Cookie", "b=2; path=/")])


def dish_wait(request, start):
    if "started" in request.query:
        open(request.query["started"], "w").close()
    request.wait_for(request.query["file"])
    return text(start, b"waited\n")


def dish_sleep(request, start):
    time.sleep(int(request.query["ms"]) / 1000)
    return text(start, b"slept\n")


def dish_stream(request, start):
    sse = "sse" in request.query
    start("200 OK", [("Content-Type", "text/event-stream" if sse else "text/plain")])
    yield b"data: one\n\n" if sse else b"one\n"
    request.wait_for(request.query["file"])
    yield b"data: two\n\n" if sse else b"two\n"


def dish_blob(request, start):
    size = int(request.query["size"])
    fields = [("Content-Type", "application/octet-stream")]
    if "chunked" not in request.query:
        fields.append(("Content-Length", str(size)))
    start("200 OK", fields)
    piece = b"b" * 65536
    while size > 0:
        yield piece[:size]
        size -= len(piece)


def dish_no_length(request, start):
    start("200 OK", list(TEXT))
    return iter([b"a", b"b", b"c"])


def dish_lying_length(request, start):
    start("200 OK", TEXT + [("Content-Length", request.query["claim"])])
    return [b"x" * int(request.query["actual"])]


def dish_bad_field(request, start):
    start("200 OK", TEXT + [(request.query["name"], request.query["value"])])
    return [b"bad\n"]


dish_field = dish_bad_field
dish_sendfile = lambda request, start: text(start, b"from the app\n", fields=[(request.query["by"], request.query["path"])])


def dish_raise(request, start):
    raise RuntimeError("secret of the kitchen")


def dish_raise_midway(request, start):
    start("200 OK", list(TEXT))
    yield b"begun\n"
    raise RuntimeError("midway")


def dish_pid(request, start):
    return text(start, str(os.getpid()).encode())


def dish_environment(request, start):
    return as_json(start, dict(os.environ))


def dish_ledger(request, start):
    request.input.read()
    descriptor = os.open(os.environ["LEDGER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.write(descriptor, (request.query["id"] + "\n").encode())
    os.close(descriptor)
    if "file" in request.query:
        request.wait_for(request.query["file"])
    return text(start, b"noted\n")


def dish_print(request, start):
    if "out" in request.query:
        print(request.query["out"], flush=True)
    if "err" in request.query:
        print(request.query["err"], file=request.environ["wsgi.errors"], flush=True)
    return text(start, b"printed\n")


def dish_flood(request, start):
    for _ in range(int(request.query["lines"])):
        sys.stderr.write("f" * 1000 + "\n")
    return text(start, b"flooded\n")


def dish_grow(request, start):
    larder.append(b"g" * (int(request.query["mb"]) * 1048576))
    return text(start, b"grown\n")


def dish_spawn_child(request, start):
    return text(start, str(subprocess.Popen(["sleep", "1000"]).pid).encode())


def dish_exit(request, start):
    os._exit(3)


def dish_file_wrapper(request, start):
    start("200 OK", list(TEXT))
    return request.environ["wsgi.file_wrapper"](open(request.query["path"], "rb"), 8192)


def dish_write(request, start):
    write = start("200 OK", list(TEXT))
    write(b"written\n")
    return [b"returned\n"]


class Closing:
    def __init__(self, file):
        self.file = file

    def __iter__(self):
        return iter([b"content\n"])

    def close(self):
        open(self.file, "w").close()


def dish_closing(request, start):
    start("200 OK", list(TEXT))
    return Closing(request.query["file"])


def dish_lines(request, start):
    first = request.input.readline()
    return as_json(start, {"first": first.decode(), "all": [line.decode() for line in request.input]})
