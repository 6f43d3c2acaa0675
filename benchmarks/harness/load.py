"""The other side of the wire: wrk on a core of its own, single requests, idle connections."""

import http.client
import json
import os
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

from .processes import LOAD_CORE
from .programs import program

SUMMARY = Path(__file__).with_name("summary.lua")


def wrk(port, path, connections, seconds, fields=()):
    """One run of wrk; what it counted, with all its kinds of errors summed up under "errors"."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SUMMARY)]
    for field in fields:
        command += ["-H", field]
    finished = subprocess.run(
        command + [f"http://127.0.0.1:{port}{path}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds + 60,
        preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}),
    )
    lines = [line for line in finished.stdout.splitlines() if line.startswith('{"requests"')]
    if not lines:
        raise RuntimeError(f"wrk failed: {finished.stdout.strip()}")
    counted = json.loads(lines[-1])
    counted["errors"] = sum(counted[kind] for kind in ("connect", "read", "write", "status", "timeout"))
    return counted


def keys(port, path, connections, requests, keys, skew, seed, rate=0):
    """So many requests for keys behind a path, drawn by a seeded generator (`load.c` says how); what was counted."""
    process = _keys(port, path, connections, requests, keys, skew, seed, rate)
    said, _ = process.communicate(timeout=900)
    if process.returncode != 0:
        raise RuntimeError(f"load failed: {said.strip()}")
    return json.loads(said)


@contextmanager
def keys_beside(*asked):
    """The same in the background, for as long as it is needed."""
    process = _keys(*asked)
    try:
        yield
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _keys(port, path, connections, requests, keys, skew, seed, rate):
    words = [program("load"), port, connections, requests, keys, skew, seed, rate, path]
    return subprocess.Popen(
        [str(word) for word in words],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}),
    )


def answers(port, path, timeout=1.0):
    """Whether one request gets a whole 200."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as client:
            return _ask(client, path, close=True).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def fetch(port, path, fields=None, timeout=60):
    """The content and the fields of the answer to one GET, which has to be 200."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        client.request("GET", path, headers=fields or {})
        answer = client.getresponse()
        content = answer.read()
    finally:
        client.close()
    if answer.status != 200:
        raise RuntimeError(f"GET {path} was answered {answer.status}")
    return content, answer.headers


def idle_connections(port, path, count):
    """Opens keep-alive connections, asks once on each, and leaves them open."""
    opened = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), 10)
        if not _ask(client, path, close=False).startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"connection {len(opened) + 1} of {count} was not answered 200")
        opened.append(client)
    return opened


def requests_in_a_row(port, path, count):
    """Asks one request after the other; a new connection whenever the server closes the old one."""
    client = None
    for _ in range(count):
        if client is None:
            client = socket.create_connection(("127.0.0.1", port), 10)
        head = _ask(client, path, close=False)
        if b"connection: close" in head.lower():
            client.close()
            client = None
    if client:
        client.close()


def are_open(clients):
    """How many of the connections the server has not closed."""
    still = 0
    for client in clients:
        client.setblocking(False)
        try:
            still += client.recv(1) != b""
        except BlockingIOError:
            still += 1
        except OSError:
            pass
    return still


def _ask(client, path, close):
    """The answer to one GET; its content is what Content-Length says."""
    connection = "close" if close else "keep-alive"
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: {connection}\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = client.recv(65536)
        if not piece:
            return b""
        answer += piece
    head, _, content = answer.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(content) < length:
        piece = client.recv(65536)
        if not piece:
            return b""
        content += piece
    return head
