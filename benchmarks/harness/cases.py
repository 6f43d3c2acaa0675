"""The cases: what is measured, beside whom, and what is to be reached."""

import os
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import load, servers
from .processes import raise_descriptor_limit, resident_mib

CONNECTIONS = 64
MANY_CONNECTIONS = 2048
IDLE_CONNECTIONS = 10_000


@dataclass(frozen=True)
class Plan:
    """How long and how often to measure."""

    warm_up: float
    seconds: float
    rounds: int
    starts: int
    first_port: int
    with_peers: bool
    requests: int = 1_000_000


@dataclass
class Measured:
    """One server under one load: medians over the rounds, with their least and greatest values."""

    name: str
    requests_a_second: float = 0.0
    micros: float = 0.0
    micros_least: float = 0.0
    micros_most: float = 0.0
    own_micros: float = 0.0
    micros_by_round: list = field(default_factory=list)
    own_micros_by_round: list = field(default_factory=list)
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    errors: int = 0
    missed: float | None = None
    bytes_a_request: float = 0.0


@dataclass
class Target:
    """A sentence of the goal: what was measured, and what it must not exceed."""

    what: str
    measured: float
    limit: float
    unit: str = ""

    @property
    def is_reached(self):
        return self.measured <= self.limit


@dataclass
class Outcome:
    case: str
    rows: list = field(default_factory=list)
    figures: list = field(default_factory=list)
    targets: list = field(default_factory=list)

    def row(self, name):
        return next((row for row in self.rows if row.name == name), None)

    def ratio(self, what, measured, base, factor, unit=""):
        """A target relative to a peer, by the median of the rounds' ratios; nothing when the peer was not run.

        The two of a round are measured one soon after the other: what slows the machine down for some
        seconds falls on both.
        """
        if base:
            middle = statistics.median(one / other for one, other in zip(measured, base))
            levels = f"{statistics.median(measured):.1f} : {statistics.median(base):.1f}{unit}"
            self.targets.append(Target(f"{what} ({levels})", middle, factor))


@contextmanager
def started(server, plan, pinned=True, extra=(), scratch_root=None):
    with tempfile.TemporaryDirectory(prefix="bench-", dir=scratch_root) as scratch:
        running = servers.Running(server, servers.free_port(plan.first_port), scratch, pinned, extra)
        try:
            yield running
        finally:
            running.stop()


def warm_up(running, plan, connections):
    """Load until the server has used so much CPU time, which is what a compiler in it needs, not wall time."""
    begun, used = time.monotonic(), running.cpu()[0]
    while running.cpu()[0] - used < plan.warm_up and time.monotonic() - begun < 4 * plan.warm_up:
        loaded(running, connections, 2)


def loaded(running, connections, seconds):
    server = running.server
    if server.requests_a_round:
        return load.keys(running.port, server.path, connections, server.requests_a_round, 0, 0, 1)
    return load.wrk(running.port, server.path, connections, seconds, server.fields)


def under_load(runs, plan):
    """Warms all up, then measures them in turn, round by round, so that a restless machine is fair to all.

    A run is a name, a running server and a number of connections.
    """
    for _, running, connections in runs:
        warm_up(running, plan, connections)
    rounds = {name: [] for name, _, _ in runs}
    for _ in range(plan.rounds):
        for name, running, connections in runs:
            rounds[name].append(one_round(running, plan, connections))
    return [summed_up(name, rounds[name]) for name in rounds]


def one_round(running, plan, connections):
    server = running.server
    asked = running.asked_of_the_app() if server.counter else 0
    total, own = running.cpu()
    counted = loaded(running, connections, plan.seconds)
    total_after, own_after = running.cpu()
    requests = max(counted["requests"], 1)
    if server.counter:
        counted["missed"] = (running.asked_of_the_app() - asked) / requests
    counted["micros"] = (total_after - total) * 1e6 / requests
    counted["own_micros"] = (own_after - own) * 1e6 / requests
    return counted


def summed_up(name, rounds):
    def median(key):
        return statistics.median(one[key] for one in rounds)

    return Measured(
        name=name,
        requests_a_second=statistics.median(one["requests"] / one["seconds"] for one in rounds),
        micros=median("micros"),
        micros_least=min(one["micros"] for one in rounds),
        micros_most=max(one["micros"] for one in rounds),
        own_micros=median("own_micros"),
        micros_by_round=[one["micros"] for one in rounds],
        own_micros_by_round=[one["own_micros"] for one in rounds],
        p50_ms=median("p50_ms"),
        p99_ms=median("p99_ms"),
        errors=sum(one["errors"] for one in rounds),
        bytes_a_request=statistics.median(one["bytes"] / max(one["requests"], 1) for one in rounds),
        missed=max((one["missed"] for one in rounds if "missed" in one), default=None),
    )


def side_by_side(case, plan, own, peers):
    outcome = Outcome(case)
    with ExitStack() as stack:
        runs = []
        for server in [own, *(peers if plan.with_peers else [])]:
            runs.append((server.name, stack.enter_context(started(server, plan)), CONNECTIONS))
        outcome.rows = under_load(runs, plan)
    return outcome


def cpu_of(outcome, name):
    row = outcome.row(name)
    return row.micros_by_round if row else []


def rack(plan):
    app = servers.APPS / "rack"
    outcome = side_by_side("rack", plan, servers.peregrine(app), [servers.passenger(app), servers.puma(), servers.unicorn()])
    total = cpu_of(outcome, "peregrine")
    outcome.ratio("CPU a request to Passenger's", total, cpu_of(outcome, "passenger"), 0.6, " µs")
    outcome.ratio("CPU a request to Puma's", total, cpu_of(outcome, "puma"), 0.7, " µs")
    add_own_part(outcome)
    return outcome


def add_own_part(outcome):
    own, core = outcome.row("peregrine"), outcome.row("passenger")
    if core:
        what = "Peregrine's own CPU a proxied request to that of Passenger's core"
        outcome.ratio(what, own.own_micros_by_round, core.own_micros_by_round, 16 / 32, " µs")


def wsgi(plan):
    app = servers.APPS / "wsgi"
    peers = [servers.gunicorn("sync"), servers.gunicorn("gthread"), servers.uwsgi(), servers.passenger(app)]
    outcome = side_by_side("wsgi", plan, servers.peregrine(app), peers)
    total = cpu_of(outcome, "peregrine")
    outcome.ratio("CPU a request to Gunicorn's, sync", total, cpu_of(outcome, "gunicorn sync"), 0.5, " µs")
    outcome.ratio("CPU a request to Gunicorn's, gthread", total, cpu_of(outcome, "gunicorn gthread"), 0.5, " µs")
    outcome.ratio("CPU a request to uWSGI's with its router", total, cpu_of(outcome, "uwsgi"), 1.0, " µs")
    outcome.ratio("CPU a request to Passenger's", total, cpu_of(outcome, "passenger"), 0.45, " µs")
    return outcome


def node(plan):
    app = servers.APPS / "node"
    outcome = side_by_side("node", plan, servers.peregrine(app), [servers.node(), servers.passenger(app)])
    row = outcome.row("peregrine")
    outcome.ratio("own CPU a request to all of plain Node's", row.own_micros_by_round, cpu_of(outcome, "node"), 14 / 13.6, " µs")
    outcome.ratio("CPU a request to Passenger's", row.micros_by_round, cpu_of(outcome, "passenger"), 0.4, " µs")
    return outcome


def static(plan):
    outcome = Outcome("static")
    with tempfile.TemporaryDirectory(prefix="bench-static-") as directory:
        app = Path(directory)
        public = app / "public"
        public.mkdir()
        (app / "config.ru").write_text((servers.APPS / "rack" / "config.ru").read_text())
        (public / "1k.txt").write_bytes(b"x" * 1024)
        (public / "10m.bin").write_bytes(os.urandom(10 * 1024 * 1024))
        for size, file, requests in (("1 KB", "/1k.txt", 0), ("10 MB", "/10m.bin", 600)):
            both = servers.peregrine(app, file), servers.nginx(public, file)
            own, peer = (replace(one, requests_a_round=requests) for one in both)
            rows = side_by_side("static", plan, own, [peer]).rows
            for row in rows:
                row.name = f"{row.name} {size}"
            outcome.rows += rows
            own, peer = cpu_of(outcome, f"peregrine {size}"), cpu_of(outcome, f"nginx {size}")
            outcome.ratio(f"CPU a request to nginx's, {size}", own, peer, 1.2, " µs")
    return outcome


def cold(plan):
    """From the start of the process to the first answer; both cores, and then one as everywhere else."""
    outcome = Outcome("cold")
    app = servers.APPS / "rack"
    for pinned in (False, True):
        times = {}
        for _ in range(plan.starts):
            for server in [servers.peregrine(app), *([servers.passenger(app)] if plan.with_peers else [])]:
                with started(server, plan, pinned) as running:
                    times.setdefault(server.name, []).append(running.seconds_to_answer)
        cores = "one core" if pinned else "two cores"
        for name, seconds in times.items():
            outcome.figures.append((f"{name}, start to first answer, {cores}", spread(seconds, "s")))
        if plan.with_peers:
            own, peer = ([1000 * seconds for seconds in times[name]] for name in ("peregrine", "passenger"))
            outcome.ratio(f"start to first answer to Passenger's, {cores}", own, peer, 1.5, " ms")
    outcome.targets.append(status_time(outcome, plan, app))
    return outcome


def status_time(outcome, plan, app):
    times = []
    with started(servers.peregrine(app), plan, pinned=False) as running:
        for _ in range(max(plan.starts, 5)):
            begun = time.monotonic()
            command = [servers.PRODUCT / "bin" / "peregrine", "status"]
            subprocess.run(command, env=running.environment(), check=True, stdout=subprocess.DEVNULL, timeout=30)
            times.append(time.monotonic() - begun)
    outcome.figures.append(("peregrine status", spread(times, "s")))
    return Target("`peregrine status`", statistics.median(times) * 1000, 200, "ms")


def spread(values, unit):
    return f"{statistics.median(values):.3f} {unit} ({min(values):.3f}–{max(values):.3f}, {len(values)} times)"


def memory(plan):
    """What connections add is measured from a server that has answered as many requests without them."""
    raise_descriptor_limit(IDLE_CONNECTIONS + 2000)
    outcome = Outcome("memory")
    with started(servers.peregrine(servers.APPS / "rack"), plan) as running:
        time.sleep(3)
        idle = resident_mib(running.pid)
        load.requests_in_a_row(running.port, "/", IDLE_CONNECTIONS)
        time.sleep(2)
        served = resident_mib(running.pid)
        clients = load.idle_connections(running.port, "/", IDLE_CONNECTIONS)
        time.sleep(2)
        full = resident_mib(running.pid)
        still = load.are_open(clients)
        for client in clients:
            client.close()
        warm_up(running, plan, CONNECTIONS)
        loaded = resident_mib(running.pid)
    outcome.figures.append(("JVM, idle, after the first answer", f"{idle:.1f} MB"))
    outcome.figures.append((f"after {IDLE_CONNECTIONS} requests on one connection at a time", f"{served:.1f} MB"))
    outcome.figures.append((f"with {still} of {IDLE_CONNECTIONS} keep-alive connections open", f"{full:.1f} MB"))
    outcome.figures.append(("after load on 64 connections", f"{loaded:.1f} MB"))
    outcome.targets.append(Target("JVM, idle, one app", idle, 90, "MB"))
    outcome.targets.append(Target(f"{IDLE_CONNECTIONS} idle connections add", full - served, 30, "MB"))
    outcome.targets.append(Target("connections lost", IDLE_CONNECTIONS - still, 0))
    return outcome


def connections(plan):
    """64 to 2,048 connections on the Rack app; the queue has to hold as many, so that none is refused."""
    raise_descriptor_limit(8192)
    outcome = Outcome("connections")
    queue = ("--max-request-queue-size", str(2 * MANY_CONNECTIONS))
    app = servers.APPS / "rack"
    own = servers.peregrine(app, flags=queue)
    for server in [own, *([servers.passenger(app, queue), servers.puma()] if plan.with_peers else [])]:
        with started(server, plan) as running:
            counts = (CONNECTIONS, MANY_CONNECTIONS)
            rows = under_load([(f"{server.name} {count}", running, count) for count in counts], plan)
        outcome.rows += rows
        if server is own:
            few, many = rows
            outcome.ratio("CPU a request at 2,048 connections to that at 64", many.micros_by_round, few.micros_by_round, 1.15, " µs")
            outcome.ratio("own CPU a request at 2,048 to that at 64", many.own_micros_by_round, few.own_micros_by_round, 1.15, " µs")
            outcome.targets.append(Target("errors", few.errors + many.errors, 0))
    return outcome


CASES = {
    "rack": rack,
    "wsgi": wsgi,
    "node": node,
    "static": static,
    "cold": cold,
    "memory": memory,
    "connections": connections,
}
