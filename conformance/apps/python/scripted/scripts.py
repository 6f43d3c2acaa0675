"""What the tests have this app answer: one file of replies a script, and one that tells what was asked.

`$SCRIPTS/ID` is a JSON list of replies. Request number N whose path begins with /ID/ gets the N-th of them, or the
last one again; before that, one line of JSON about the request is put at the end of `$SCRIPTS/ID.asked`.
"""

import json
import os
import threading
import time
from email.utils import formatdate

DIRECTORY = os.environ["SCRIPTS"]
_lock = threading.Lock()
_scripts = {}


class Script:
    def __init__(self, name):
        self.name = name
        with open(os.path.join(DIRECTORY, name), encoding="utf-8") as file:
            self.replies = json.load(file)
        self.asked = 0
        self.validators = {}

    def next(self, request):
        self.asked += 1
        with open(os.path.join(DIRECTORY, self.name + ".asked"), "a", encoding="utf-8") as file:
            file.write(json.dumps({"number": self.asked, **request}) + "\n")
        reply = dict(self.replies[min(self.asked, len(self.replies)) - 1])
        reply["fields"] = [(name, value_of(value)) for name, value in reply.get("fields", [])]
        reply.setdefault("status", 200)
        reply.setdefault("content", f"response {self.asked} of {self.name}")
        if reply.get("validates"):
            self.validate(reply, request)
        else:
            self.remember(reply)
        return reply

    def validate(self, reply, request):
        """304 if the condition is what was sent before, octet for octet; else 999."""
        given = {name.lower(): value for name, value in request["fields"]}
        kept = [given.get(name) == value for name, value in self.validators.items() if name in given]
        reply["status"] = 304 if kept and all(kept) else 999
        reply["content"] = "" if reply["status"] == 304 else "not what was sent: " + json.dumps(self.validators)

    def remember(self, reply):
        conditions = {"etag": "if-none-match", "last-modified": "if-modified-since"}
        for name, value in reply["fields"]:
            if name.lower() in conditions:
                self.validators[conditions[name.lower()]] = value


def value_of(value):
    """A number behind an @ is a date so many seconds from now."""
    return formatdate(time.time() + int(value[1:]), usegmt=True) if value.startswith("@") else value


def reply_to(method, target, fields, content):
    """The reply to a request, or none if no script is meant."""
    name = target.split("?")[0].split("/")[1]
    if not os.path.exists(os.path.join(DIRECTORY, name)) or not name:
        return None
    request = {"method": method, "target": target, "fields": fields, "content": content}
    with _lock:
        if name not in _scripts:
            _scripts[name] = Script(name)
        return _scripts[name].next(request)
