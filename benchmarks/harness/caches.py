"""Peregrine's cache and its peers: each in front of the same content, each told to share it.

Peregrine and Passenger are measured with a Rack app behind them, or Peregrine with the origin
server in C as an app that serves HTTP; the proxies have that origin server behind them.
"""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from . import servers
from .programs import program
from .servers import APPS, NGINX_BASE, Server

MIB = 1024 * 1024


def make_texts(directory):
    """A text of some 60 KB that compresses as pages do, and the same in br."""
    words = [f"<li class=\"entry\"><a href=\"/entries/{i * 7919 % 10007}\">Entry {i * 31 % 997}</a></li>\n" for i in range(1000)]
    (directory / "text").write_text("".join(words))
    subprocess.run(["brotli", "-q", "5", "-f", "-o", directory / "text.br", directory / "text"], check=True)


def origin(directory):
    """The origin server in C, listening on its own."""

    def command(port, scratch):
        return [program("origin"), directory]

    return Server("origin", directory, command, "/count", counter="/count")


def peregrine_with_rack():
    """Peregrine in front of the same Rack app as Passenger."""
    return replace(servers.peregrine(APPS / "cached"), counter="/count")


def peregrine(directory, path, fields=(), flags=(), name="peregrine"):
    """Peregrine with the origin server in C as its app."""
    start = ("--app-start-command", f"exec {program('origin')} {directory}", "--no-static-files")
    server = servers.peregrine(directory, path, start + ("--max-request-queue-size", "4096") + tuple(flags))
    return replace(server, name=name, fields=tuple(fields), counter="/count")


def rails(name, flags):
    """Peregrine with the Rails app."""
    return replace(servers.peregrine(APPS / "page", flags=flags), name=name, counter="/count")


def passenger():
    return replace(servers.passenger(APPS / "cached", turbocaching=True), counter="/count")


NGINX = (
    NGINX_BASE
    + """
  {more}
  proxy_cache_path {scratch}/cache levels=1:2 keys_zone=c:128m max_size={size}m inactive=1d use_temp_path=off
    manager_files=10000 manager_sleep=50ms manager_threshold=5s;
  upstream origin {{ server 127.0.0.1:{origin}; keepalive 128; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location / {{
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache c;
      proxy_cache_lock on;
    }}
  }}
}}
"""
)
OPEN_FILE_CACHE = "open_file_cache max=200000 inactive=1d; open_file_cache_valid 1d;"


def nginx(origin_port, path, fields=(), size=64 * MIB, keeps_files_open=False):
    """Its files lie in memory: the scratch directory is on a tmpfs."""

    def command(port, scratch):
        configuration = scratch / "nginx.conf"
        user = "user root;\n" if os.geteuid() == 0 else ""
        more = OPEN_FILE_CACHE if keeps_files_open else ""
        text = NGINX.format(scratch=scratch, port=port, origin=origin_port, size=size // MIB, more=more)
        configuration.write_text(user + text)
        return ["nginx", "-p", scratch, "-e", "/dev/null", "-c", configuration]

    name = "nginx open_file_cache" if keeps_files_open else "nginx"
    return Server(name, Path("/"), command, path, tuple(fields), "/count")


HAPROXY = """
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 30s
  timeout client 60s
  timeout server 60s
cache c
  total-max-size {size}
  max-object-size 200000
  max-age 86400
  process-vary on
frontend f
  bind 127.0.0.1:{port} backlog 4096
  default_backend b
backend b
  http-request cache-use c
  http-response cache-store c
  server o 127.0.0.1:{origin}
"""


def haproxy(origin_port, path, fields=(), size=64 * MIB):
    def command(port, scratch):
        configuration = scratch / "haproxy.cfg"
        configuration.write_text(HAPROXY.format(port=port, origin=origin_port, size=size // MIB))
        return [shutil.which("haproxy", path="/usr/sbin:/usr/bin"), "-db", "-q", "-f", configuration]

    return Server("haproxy", Path("/"), command, path, tuple(fields), "/count")


def varnish(origin_port, path, fields=(), size=64 * MIB):
    def command(port, scratch):
        words = ["varnishd", "-F", "-a", f"127.0.0.1:{port}", "-b", f"127.0.0.1:{origin_port}", "-n", scratch / "varnish"]
        words += ["-s", f"malloc,{size // MIB}m", "-s", "Transient=malloc,64m", "-t", "86400", "-j", "none"]
        return words + ["-p", "thread_pools=1", "-p", "thread_pool_max=1200", "-p", "listen_depth=4096"]

    return Server("varnish", Path("/"), command, path, tuple(fields), "/count")


def blind():
    """The floor: a loop in C that answers without reading what it is asked."""
    return Server("C, blind", Path("/"), lambda port, scratch: [program("blind"), port])
