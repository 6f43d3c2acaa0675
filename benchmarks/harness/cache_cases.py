"""The cases of the cache: what a hit costs, what is hit at all, and what waits.

An origin server in C is the app, behind every cache the same; the scratch directories are on a
tmpfs, so that a cache in files is as fast as files can be.
"""

import os
import statistics
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import caches, load, servers
from .cases import CONNECTIONS, Outcome, Target, cpu_of, started, under_load
from .processes import raise_descriptor_limit, resident_mib

MIB = 1024 * 1024
KEYS, MEAN_BYTES, SKEW = 1_000_000, 4096, 0.9
TENTH = KEYS * MEAN_BYTES // 10
CROWD = 1000
MEMORY = Path("/dev/shm")
ONE_KB = "/1k"


@contextmanager
def contents():
    """A directory with what the origin server reads, open to its user."""
    with tempfile.TemporaryDirectory(prefix="bench-cache-") as directory:
        os.chmod(directory, 0o755)
        caches.make_texts(Path(directory))
        yield Path(directory)


def behind(stack, plan, directory):
    """Starts an origin server of its own for a proxy; its port and itself."""
    running = stack.enter_context(started(caches.origin(directory), plan))
    return running.port, running


def measured(case, plan, own, peers):
    """Peregrine and each peer under load in turn; `peers` makes them from a function that starts an origin server."""
    outcome = Outcome(case)
    with contents() as directory, ExitStack() as stack:
        rows = [own(directory)]
        if plan.with_peers:
            rows += peers(lambda: behind(stack, plan, directory)[0])
        runs = [(one.name, stack.enter_context(started(one, plan, scratch_root=MEMORY)), CONNECTIONS) for one in rows]
        outcome.rows = under_load(runs, plan)
    add_misses(outcome)
    return outcome


def add_misses(outcome):
    """No figure of a hit counts if it was none: Passenger's cache is emptied every two seconds, and may miss by that."""
    for row in outcome.rows:
        if row.missed is not None:
            outcome.figures.append((f"{row.name}: of 10,000 requests the app saw", f"{row.missed * 10_000:.2f}"))
    own = outcome.row("peregrine")
    outcome.targets.append(Target("share of requests that the app saw", own.missed, 0.001))


def hit(plan):
    def peers(origin):
        return [
            caches.passenger(),
            caches.nginx(origin(), ONE_KB),
            caches.nginx(origin(), ONE_KB, keeps_files_open=True),
            caches.haproxy(origin(), ONE_KB),
            caches.varnish(origin(), ONE_KB),
            caches.blind(),
        ]

    outcome = measured("cache-hit", plan, lambda directory: caches.peregrine_with_rack(), peers)
    own = cpu_of(outcome, "peregrine")
    limits = {"passenger": 0.95, "nginx": 0.62, "haproxy": 0.7, "varnish": 0.25, "C, blind": 1.35}
    for name, limit in limits.items():
        outcome.ratio(f"CPU a hit of 1 KB to {name}'s", own, cpu_of(outcome, name), limit, " µs")
    return outcome


def against_nginx(case, what, plan, path, fields=()):
    def peers(origin):
        return [
            caches.nginx(origin(), path, fields),
            caches.nginx(origin(), path, fields, keeps_files_open=True),
            caches.haproxy(origin(), path, fields),
        ]

    outcome = measured(case, plan, lambda directory: caches.peregrine(directory, path, fields), peers)
    outcome.ratio(f"{what} to nginx's", cpu_of(outcome, "peregrine"), cpu_of(outcome, "nginx"), 1.0, " µs")
    return outcome


def hit_100k(plan):
    return against_nginx("cache-100k", "CPU a hit of 100 KB", plan, "/100k")


def hit_br(plan):
    """Peregrine compresses what it has stored; nginx and HAProxy get it in br from their origin server."""
    return against_nginx("cache-br", "CPU a hit in br", plan, "/text", ("Accept-Encoding: br",))


def not_modified(plan):
    condition = ('If-None-Match: "1k"',)
    outcome = Outcome("cache-304")
    with contents() as directory, ExitStack() as stack:
        asked = [caches.peregrine(directory, ONE_KB), caches.peregrine(directory, ONE_KB, condition, name="peregrine 304")]
        if plan.with_peers:
            asked.append(caches.nginx(behind(stack, plan, directory)[0], ONE_KB, condition))
        runs = [(one.name, stack.enter_context(started(one, plan, scratch_root=MEMORY)), CONNECTIONS) for one in asked]
        outcome.rows = under_load(runs, plan)
    add_misses(outcome)
    outcome.ratio("CPU a 304 to a hit of 1 KB", cpu_of(outcome, "peregrine 304"), cpu_of(outcome, "peregrine"), 1.0, " µs")
    return outcome


def zipf(plan):
    """Each cache alone, with the same requests in the same order; what the app saw is what it missed."""
    outcome = Outcome("cache-zipf")
    requests = max(plan.requests, 1000)
    with contents() as directory:
        flags = ("--turbocache-size", f"{TENTH // MIB}MiB")
        kinds = {"peregrine": lambda _: caches.peregrine(directory, "/count", flags=flags)}
        if plan.with_peers:
            kinds["nginx"] = lambda port: caches.nginx(port, "/count", size=TENTH)
            kinds["haproxy"] = lambda port: caches.haproxy(port, "/count", size=TENTH)
            kinds["varnish"] = lambda port: caches.varnish(port, "/count", size=TENTH)
        found = {name: zipf_of(name, kind, plan, directory, requests, outcome) for name, kind in kinds.items()}
    own = found.pop("peregrine")
    if found:
        best = max(found, key=lambda name: found[name][0])
        outcome.targets.append(Target(f"misses to those of the best peer, {best}", (1 - own[0]) / (1 - found[best][0]), 1.0))
        outcome.targets.append(Target("time for the same requests to nginx's", found["nginx"][1] / own[1], 1.0))
    return outcome


def zipf_of(name, kind, plan, directory, requests, outcome):
    with ExitStack() as stack:
        port, behind_it = (0, None) if name == "peregrine" else behind(stack, plan, directory)
        running = stack.enter_context(started(kind(port), plan, scratch_root=MEMORY))
        before = sum(resident_mib(pid) for pid in running.processes())
        ask = lambda count, seed: load.keys(running.port, "/k/", CONNECTIONS, count, KEYS, SKEW, seed)
        ask(requests * 3 // 2, 1)
        asked, used = running.asked_of_the_app(), running.cpu()[0] + (behind_it.cpu()[0] if behind_it else 0)
        counted = ask(requests, 2)
        missed = running.asked_of_the_app() - asked
        used = running.cpu()[0] + (behind_it.cpu()[0] if behind_it else 0) - used
        held = sum(resident_mib(pid) for pid in running.processes()) - before + disk_mib(running.scratch / "cache")
    ratio, rate = 1 - missed / requests, requests / counted["seconds"]
    outcome.figures.append(
        (
            f"{name}, {requests:,} requests",
            f"hit ratio {ratio:.4f}, {rate:,.0f} requests/s, {used * 1e6 / requests:.1f} µs a request with the app's, "
            f"p99 {counted['p99_ms']:.1f} ms, {held:.0f} MiB of {TENTH // MIB}, errors {counted['errors']}",
        )
    )
    return ratio, rate


def disk_mib(directory):
    return sum(blocks(Path(at) / name) for at, _, names in os.walk(directory) for name in names) * 512 / MIB


def blocks(file):
    """None for a file that the server has just deleted."""
    try:
        return file.stat().st_blocks
    except FileNotFoundError:
        return 0


def page(plan):
    """A Rails page, made anew for everybody, and stored."""
    outcome = Outcome("cache-page")
    app = servers.APPS / "page"
    kinds = [("stored", caches.rails("peregrine stored", ())), ("made anew", caches.rails("peregrine made anew", ("--no-turbocache",)))]
    with ExitStack() as stack:
        runs = [(one.name, stack.enter_context(started(one, plan)), CONNECTIONS) for _, one in kinds]
        outcome.rows = under_load(runs, plan)
    stored, anew = outcome.rows
    length = stored.bytes_a_request
    outcome.figures.append(("the page", f"{length:,.0f} bytes with its head"))
    outcome.targets.append(Target("190 × the throughput without the cache, to that with it", 190 * anew.requests_a_second / stored.requests_a_second, 1.0))
    outcome.figures.append(("throughput, stored to made anew", f"{stored.requests_a_second / anew.requests_a_second:,.0f} ×"))
    return outcome


def crowd(plan):
    """A thousand clients at once, one key that nobody has asked for, an app that takes a second."""
    raise_descriptor_limit(8192)
    outcome = Outcome("cache-crowd")
    with contents() as directory:
        kinds = {"peregrine": lambda _: caches.peregrine(directory, "/count")}
        if plan.with_peers:
            kinds["nginx"] = lambda port: caches.nginx(port, "/count")
            kinds["varnish"] = lambda port: caches.varnish(port, "/count")
            kinds["haproxy"] = lambda port: caches.haproxy(port, "/count")
        for name, kind in kinds.items():
            asked, seconds, errors = crowd_of(kind, plan, directory)
            outcome.figures.append((f"{name}: the app saw; all answered after", f"{asked} of {CROWD}; {seconds:.3f} s; errors {errors}"))
            if name == "peregrine":
                outcome.targets.append(Target("requests that the app saw", asked, 1))
                outcome.targets.append(Target("until the last answer", seconds * 1000, 1200, "ms"))
                outcome.targets.append(Target("errors", errors, 0))
    return outcome


def crowd_of(kind, plan, directory):
    """The worst count and the median time of several crowds."""
    counts, seconds, errors = [], [], 0
    with ExitStack() as stack:
        port, _ = behind(stack, plan, directory)
        running = stack.enter_context(started(kind(port), plan, scratch_root=MEMORY))
        for number in range(max(plan.rounds, 3)):
            asked = running.asked_of_the_app()
            counted = load.keys(running.port, f"/slow/{number}", CROWD, CROWD, 0, 0, 1)
            counts.append(running.asked_of_the_app() - asked)
            seconds.append(counted["max_ms"] / 1000)
            errors += counted["errors"]
    return max(counts), statistics.median(seconds), errors


def big(plan):
    """Hits while 1 GiB is held and turned over, beside those of an empty cache; and what it weighs."""
    outcome = Outcome("cache-big")
    rate, count = 2000, max(int(plan.seconds * 3), 10) * 2000
    with contents() as directory:
        flags = ("--turbocache-size", "1GiB")
        with started(caches.peregrine(directory, ONE_KB, flags=flags), plan, scratch_root=MEMORY) as running:
            warm(running, plan)
            empty = load.keys(running.port, ONE_KB, CONNECTIONS, count, 0, 0, 1, rate)
            before = resident_mib(running.pid)
            load.keys(running.port, "/k/", CONNECTIONS, KEYS // 2, KEYS // 2, -1, 1)
            variants_and_giants(running.port)
            warm(running, plan)
            held = load.keys(running.port, ONE_KB, CONNECTIONS, count, 0, 0, 1, rate)
            with load.keys_beside(running.port, "/k/", CONNECTIONS, rate * 100, KEYS, 0, 3, rate):
                turned = load.keys(running.port, ONE_KB, CONNECTIONS, count, 0, 0, 1, rate)
            grown = resident_mib(running.pid) - before
    for name, one in (("empty", empty), ("1 GiB held", held), ("1 GiB held, 2,000 other keys a second", turned)):
        outcome.figures.append((f"hits, {rate:,} a second, {name}", latencies(one)))
    outcome.figures.append(("the JVM has grown, for a cache of 1,024 MiB", f"{grown:.0f} MiB"))
    outcome.targets.append(Target("p99.9 of hits, 1 GiB to empty", held["p999_ms"] / empty["p999_ms"], 2.0))
    outcome.targets.append(Target("p99.9 of hits while keys, variants and giants come and go", turned["p999_ms"], 10, "ms"))
    outcome.targets.append(Target("p99.9 above the median", turned["p999_ms"] - turned["p50_ms"], 20, "ms"))
    outcome.targets.append(Target("memory to budget", grown / 1024, 1.05))
    return outcome


def latencies(one):
    return f"p50 {one['p50_ms']:.2f} ms, p99 {one['p99_ms']:.2f} ms, p99.9 {one['p999_ms']:.2f} ms, most {one['max_ms']:.2f} ms, errors {one['errors']}"


def warm(running, plan):
    load.wrk(running.port, ONE_KB, CONNECTIONS, max(int(plan.warm_up / 2), 2))
    time.sleep(1)


def variants_and_giants(port):
    """500 variants of one key, and ten responses of 50 MB, which are too big to be kept."""
    for number in range(500):
        load.fetch(port, "/vary/1", {"X-Variant": str(number)})
    for number in range(10):
        load.fetch(port, f"/big/{number}")


CASES = {
    "cache-hit": hit,
    "cache-100k": hit_100k,
    "cache-br": hit_br,
    "cache-304": not_modified,
    "cache-zipf": zipf,
    "cache-page": page,
    "cache-crowd": crowd,
    "cache-big": big,
}
