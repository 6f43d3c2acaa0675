"""The scripted app as an app is written."""

import time

from scripts import reply_to


def application(environ, start_response):
    fields = [(name[5:].replace("_", "-"), value) for name, value in environ.items() if name.startswith("HTTP_")]
    content = environ["wsgi.input"].read().decode("latin-1")
    reply = reply_to(environ["REQUEST_METHOD"], environ["REQUEST_URI"], fields, content)
    if reply is None:
        reply = {"status": 200, "fields": [], "content": "ready\n"}
    time.sleep(reply.get("delay", 0) / 1000)
    start_response(f"{reply['status']} Scripted", reply["fields"])
    return [reply["content"].encode("latin-1")]
