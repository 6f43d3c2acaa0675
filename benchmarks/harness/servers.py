"""Peregrine and its peers: how each is started, and which of its processes are the app's.

Every server gets one worker that takes one request at a time (Node.js as many as it likes), the
production environment, and no log of requests.
"""

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import load
from .processes import Tree, command_line

ROOT = Path(__file__).resolve().parents[2]
APPS = ROOT / "benchmarks" / "apps"
PRODUCT = ROOT / "dist" / "target" / "peregrine"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
RUBY, PYTHON, NODE = "/usr/bin/ruby", "/usr/bin/python3", "/usr/bin/node"
START_SECONDS = 60

# What has to be on the machine, and the Debian package that it is in.
PACKAGES = {
    "wrk": "wrk",
    "ruby": "ruby",
    "passenger": "passenger",
    "puma": "puma",
    "unicorn": "unicorn",
    "gunicorn": "gunicorn",
    "uwsgi": "uwsgi",
    "/usr/lib/uwsgi/plugins/python3_plugin.so": "uwsgi-plugin-python3",
    "/usr/lib/uwsgi/plugins/http_plugin.so": "uwsgi-core",
    "node": "nodejs",
    "nginx": "nginx-light",
    "haproxy": "haproxy",
    "varnishd": "varnish",
    "brotli": "brotli",
    "gcc": "gcc",
    "/usr/share/doc/libc6-dev": "libc6-dev",
    "/usr/share/doc/ruby-rails": "ruby-rails",
    "/usr/share/doc/ruby-sqlite3": "ruby-sqlite3",
}


def install_missing():
    missing = sorted({package for name, package in PACKAGES.items() if not _is_installed(name)})
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SystemExit(f"benchmarks: these Debian packages are needed: apt-get install {' '.join(missing)}")
    print(f"benchmarks: installing {' '.join(missing)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quiet, check=True)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    subprocess.run(install, env=quiet, check=True, stdout=subprocess.DEVNULL)


def _is_installed(name):
    return os.path.exists(name) if name.startswith("/") else shutil.which(name, path=PATH)


def build_product():
    """Builds what is missing or out of date, as the README's first command does."""
    subprocess.run([ROOT / "peregrine", "version"], check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True)
class Server:
    """A way to serve an app: a name, the app's directory, and the command for a port and a scratch directory.

    It is asked for a path with some fields; `counter` is a path that tells how often the app was; a round is some
    seconds of wrk, or `requests_a_round` of `load.c` where the content is too big for wrk to read it as it comes.
    """

    name: str
    app: Path
    command: object
    path: str = "/"
    fields: tuple = ()
    counter: str = ""
    requests_a_round: int = 0


class Running:
    """A started server that has answered once."""

    def __init__(self, server, port, scratch, pinned=True, extra=()):
        self.server, self.port, self.scratch = server, port, Path(scratch)
        self.log = self.scratch / "output.log"
        self._tree = Tree(
            [str(word) for word in server.command(port, self.scratch)] + list(extra),
            server.app,
            self.environment(),
            self.log,
            pinned,
        )
        self._wait_for_answer()

    def environment(self):
        return {
            "PATH": PATH,
            "HOME": str(self.scratch),
            "TMPDIR": str(self.scratch),
            "LANG": "C.UTF-8",
            "NODE_ENV": "production",
            "PORT": str(self.port),
            "PEREGRINE_INSTANCE_DIR": str(self.scratch / "instance"),
            "PEREGRINE_JAVA_OPTIONS": os.environ.get("PEREGRINE_JAVA_OPTIONS", ""),
        }

    def _wait_for_answer(self):
        deadline = time.monotonic() + START_SECONDS
        while not load.answers(self.port, self.server.path):
            if time.monotonic() > deadline or not self._tree.is_alive():
                said = self.log.read_text(errors="replace")[-2000:]
                self.stop()
                raise RuntimeError(f"{self.server.name} does not answer on port {self.port}; it said:\n{said}")
            time.sleep(0.002)
        self.seconds_to_answer = time.monotonic() - self._tree.started
        self._tree.settle()

    @property
    def pid(self):
        return self._tree.pid

    def cpu(self):
        """Seconds of CPU time so far: of all processes, and of those that are not the app's."""
        times = self._tree.cpu_by_process()
        own = sum(seconds for pid, seconds in times.items() if not self.is_worker(pid))
        return sum(times.values()), own

    def is_worker(self, pid):
        """Whether a process runs the app's code; the peers without a process of their own have no other."""
        line = command_line(pid)
        if self.server.name.startswith("peregrine"):
            return pid != self._tree.pid
        if self.server.name.startswith("passenger"):
            return "Passenger watchdog" not in line and "Passenger core" not in line
        return True

    def asked_of_the_app(self):
        """How many requests have reached the app so far."""
        return int(load.fetch(self.port, self.server.counter)[0])

    def processes(self):
        return {pid: command_line(pid) for pid in self._tree.pids()}

    def stop(self):
        self._tree.stop()


def free_port(first):
    """A port from `first` on that nobody listens at."""
    for port in range(first, first + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise SystemExit(f"benchmarks: no free port between {first} and {first + 199}")


def peregrine(app, path="/", flags=()):
    interpreters = ["--ruby", RUBY, "--python", PYTHON, "--nodejs", NODE]

    def command(port, scratch):
        words = [PRODUCT / "bin" / "peregrine", "start", app, "--address", "127.0.0.1", "--port", port]
        words += ["--environment", "production", "--max-pool-size", "1", "--min-instances", "1"]
        return words + interpreters + list(flags)

    return Server("peregrine", app, command, path)


def passenger(app, flags=(), turbocaching=False):
    def command(port, scratch):
        words = ["passenger", "start", app, "--engine=builtin", "--address", "127.0.0.1", "--port", port]
        words += ["--environment", "production", "--max-pool-size", "1", "--min-instances", "1"]
        words += [] if turbocaching else ["--disable-turbocaching"]
        words += ["--no-friendly-error-pages", "--disable-security-update-check"]
        words += ["--disable-anonymous-telemetry", "--log-file", scratch / "passenger.log"]
        words += ["--pid-file", scratch / "passenger.pid", "--instance-registry-dir", scratch]
        return words + ["--ruby", RUBY, "--python", PYTHON, "--nodejs", NODE] + list(flags)

    return Server("passenger", app, command)


def puma():
    def command(port, scratch):
        bind = f"tcp://127.0.0.1:{port}"
        return ["puma", "-C", "-", "-b", bind, "-t", "1:1", "-w", "0", "-e", "production", "-q", "config.ru"]

    return Server("puma", APPS / "rack", command)


def unicorn():
    def command(port, scratch):
        configuration = scratch / "unicorn.rb"
        configuration.write_text('worker_processes 1\nlogger Logger.new("/dev/null")\n')
        return ["unicorn", "-c", configuration, "-l", f"127.0.0.1:{port}", "-E", "none", "config.ru"]

    return Server("unicorn", APPS / "rack", command)


def gunicorn(worker_class):
    def command(port, scratch):
        words = ["gunicorn", "-b", f"127.0.0.1:{port}", "-w", "1", "-k", worker_class, "--threads", "1"]
        words += ["--keep-alive", "60", "--log-level", "critical", "--worker-tmp-dir", "/dev/shm"]
        return words + ["passenger_wsgi:application"]

    return Server(f"gunicorn {worker_class}", APPS / "wsgi", command)


def uwsgi():
    def command(port, scratch):
        words = ["uwsgi", "--plugins", "http,python3", "--http", f"127.0.0.1:{port}", "--http-keepalive=60"]
        words += ["--wsgi-file", "passenger_wsgi.py", "--processes", "1", "--single-interpreter"]
        return words + ["--disable-logging", "--die-on-term"]

    return Server("uwsgi", APPS / "wsgi", command)


def node():
    return Server("node", APPS / "node", lambda port, scratch: [NODE, "app.js"])


NGINX_BASE = """
daemon off;
worker_processes 1;
pid {scratch}/nginx.pid;
error_log /dev/null crit;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  types {{ text/plain txt; }}
  default_type application/octet-stream;
  client_body_temp_path {scratch}/nginx-body;
  proxy_temp_path {scratch}/nginx-proxy;
  fastcgi_temp_path {scratch}/nginx-fastcgi;
  uwsgi_temp_path {scratch}/nginx-uwsgi;
  scgi_temp_path {scratch}/nginx-scgi;
"""
NGINX = (
    NGINX_BASE
    + """
  server {{
    listen 127.0.0.1:{port};
    root {root};
  }}
}}
"""
)


def nginx(root, path):
    def command(port, scratch):
        configuration = scratch / "nginx.conf"
        user = "user root;\n" if os.geteuid() == 0 else ""
        configuration.write_text(user + NGINX.format(scratch=scratch, port=port, root=root))
        return ["nginx", "-p", scratch, "-e", "/dev/null", "-c", configuration]

    return Server("nginx", root, command, path)
