"""A program as process 1 of a PID namespace of its own, as a container engine starts it, and what it costs."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

# Notes the time and becomes the program: what is measured begins with its exec.
STUB = """
import os, signal, sys, time
for number in (signal.SIGPIPE, signal.SIGXFSZ):
    signal.signal(number, signal.SIG_DFL)
os.write(int(sys.argv[1]), str(time.monotonic_ns()).encode())
os.close(int(sys.argv[1]))
os.execv(sys.argv[2], sys.argv[2:])
"""

CGROUPS = Path("/sys/fs/cgroup")


class Container:
    """One program as process 1. Its standard output is read here, its errors go to a file."""

    def __init__(self, command, errors, environment=None, cgroup=None):
        clock_read, clock_write = os.pipe()
        output_read, output_write = os.pipe()
        enter = ["sh", "-c", 'echo 0 >"$1/cgroup.procs" && shift && exec "$@"', "sh", str(cgroup)] if cgroup else []
        with open(errors, "wb") as log:
            self.unshare = subprocess.Popen(
                [*enter, "setpriv", "--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--mount-proc", "--kill-child",
                 sys.executable, "-S", "-E", "-c", STUB, str(clock_write), *command],
                stdin=subprocess.DEVNULL, stdout=output_write, stderr=log, pass_fds=[clock_write],
                env={"PATH": os.environ["PATH"], **(environment or {})}, start_new_session=True,
            )
        os.close(clock_write)
        os.close(output_write)
        self.output = output_read
        text = os.read(clock_read, 64)
        os.close(clock_read)
        if not text:
            self.kill()
            raise SystemExit(f"benchmarks: {command[0]} was not started: {Path(errors).read_text()}")
        self.started = int(text)

    @property
    def pid(self):
        """The number that process 1 has outside."""
        children = Path(f"/proc/{self.unshare.pid}/task/{self.unshare.pid}/children")
        return int(children.read_text().split()[0])

    def read(self, seconds=30):
        """What is written next, and the milliseconds since the exec; nothing if it takes too long."""
        ready, _, _ = select.select([self.output], [], [], seconds)
        text = os.read(self.output, 4096) if ready else b""
        return text, (time.monotonic_ns() - self.started) / 1e6

    def await_text(self, wanted, seconds=60):
        """Milliseconds from the exec until this was written; none if it is not."""
        seen, took, end = b"", None, time.monotonic() + seconds
        while wanted not in seen:
            text, took = self.read(max(0.0, end - time.monotonic()))
            if not text:
                return None
            seen += text
        return took

    def stop(self, seconds=60):
        """SIGTERM to process 1; milliseconds until it has ended, and its exit code."""
        begun = time.monotonic_ns()
        os.kill(self.pid, signal.SIGTERM)
        try:
            code = self.unshare.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return float("inf"), None
        took = (time.monotonic_ns() - begun) / 1e6
        os.close(self.output)
        return took, code

    def kill(self):
        if self.unshare.poll() is None:
            os.killpg(self.unshare.pid, signal.SIGKILL)
            self.unshare.wait()
        os.close(self.output)


def memory_kib(pid):
    """Resident memory and the part of it that is no file's, in KiB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return tuple(int(re.search(rf"^{key}:\s+(\d+)", text, re.M)[1]) for key in ("Rss", "Anonymous"))


def wake_ups(pid):
    """How often threads of a process have been given a processor so far."""
    total = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        total += sum(int(count) for count in re.findall(r"ctxt_switches:\s+(\d+)", status.read_text()))
    return total


def cpu_nanos(pid):
    """Processor time of all living threads, exactly."""
    return sum(int(file.read_text().split()[0]) for file in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


class MemoryGroup:
    """A control group with a limit of memory, of whichever version the machine has."""

    def __init__(self, name):
        self.is_second = (CGROUPS / "cgroup.controllers").exists()
        parent = CGROUPS if self.is_second else CGROUPS / "memory"
        self.path = parent / f"{name}-{os.getpid()}"
        self.path.mkdir()

    def limit(self, mebibytes):
        names = ("memory.max", "memory.swap.max") if self.is_second else ("memory.limit_in_bytes", None)
        (self.path / names[0]).write_text(str(mebibytes * 1024 * 1024))
        if names[1] and (self.path / names[1]).exists():
            (self.path / names[1]).write_text("0")

    def peak_mib(self):
        name = "memory.peak" if self.is_second else "memory.max_usage_in_bytes"
        return int((self.path / name).read_text()) / 1024 / 1024

    def close(self):
        for _ in range(100):
            try:
                self.path.rmdir()
                return
            except OSError:
                time.sleep(0.02)


def forget_files(directory):
    """Drops a directory's files from the page cache, as far as nobody uses them."""
    for path in Path(directory).rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(descriptor)
