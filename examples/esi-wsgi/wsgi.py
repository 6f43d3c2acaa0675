"""A page that is stored once for everybody, with a corner that belongs to each visitor alone.

The page costs the app nothing while it is stored; the corner is one tiny request.
"""

import html
import http.cookies
import time

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The shop</title>
<esi:try>
  <esi:attempt><p><esi:include src="/basket"/></p></esi:attempt>
  <esi:except><p>Your basket is not to be had just now.</p></esi:except>
</esi:try>
<h1>The shop</h1>
<p>Made at {time}, and for all.</p>
</html>
"""


def shop(_environ):
    """The page, stored for a minute."""
    fields = [
        ("Cache-Control", "public, max-age=60"),
        ("Surrogate-Control", 'content="ESI/1.0"'),
    ]
    return fields, PAGE.format(time=time.strftime("%H:%M:%S"))


def basket(environ):
    """The corner, made for one visitor and never stored."""
    cookies = http.cookies.SimpleCookie(environ.get("HTTP_COOKIE", ""))
    name = cookies["name"].value if "name" in cookies else "stranger"
    return [("Cache-Control", "private, no-store")], f"Basket of {html.escape(name)}: empty"


PAGES = {"/": shop, "/basket": basket}


def application(environ, start_response):
    """Answers with the page of that path."""
    page = PAGES.get(environ["PATH_INFO"])
    if page is None:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"There is no such page.\n"]
    fields, text = page(environ)
    content = text.encode()
    fields += [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(content))),
    ]
    start_response("200 OK", fields)
    return [content]
