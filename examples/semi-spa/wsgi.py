"""The data of a page that the browser puts together: one answer for all, and one for each."""

import http.cookies
import json
import time


def news(_environ):
    """What everybody gets: stored for a minute."""
    return "public, max-age=60", [f"It is {time.strftime('%H:%M:%S')}.", "Nothing else is new."]


def me(environ):
    """What is one visitor's own: never stored."""
    cookies = http.cookies.SimpleCookie(environ.get("HTTP_COOKIE", ""))
    return "private, no-store", {"name": cookies["name"].value if "name" in cookies else "stranger"}


ANSWERS = {"/api/news": news, "/api/me": me}


def application(environ, start_response):
    """Answers with JSON; the page itself is a static file."""
    answer = ANSWERS.get(environ["PATH_INFO"])
    if answer is None:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"There is no such thing.\n"]
    freshness, value = answer(environ)
    content = json.dumps(value).encode()
    start_response(
        "200 OK",
        [
            ("Content-Type", "application/json"),
            ("Cache-Control", freshness),
            ("Content-Length", str(len(content))),
        ],
    )
    return [content]
