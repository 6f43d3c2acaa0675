"""Starting, measuring and ending a server together with everything that it starts.

The harness makes itself the "subreaper" of its descendants: a process whose parent has gone,
such as Passenger's watchdog, becomes a child of the harness instead of PID 1. So the descendants
of the harness are all that a server has started, and none of them outlives it.
"""

import ctypes
import os
import resource
import signal
import subprocess
import time

PR_SET_CHILD_SUBREAPER = 36
TICK = os.sysconf("SC_CLK_TCK")
SERVER_CORE = 0
LOAD_CORE = 1


def adopt_orphans():
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def raise_descriptor_limit(wanted):
    """Raises RLIMIT_NOFILE to `wanted`; says in one line what to do if that is not allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(wanted, hard)))
    except (ValueError, OSError):
        raise SystemExit(f"benchmarks: {wanted} open files are needed, {hard} are allowed: run `ulimit -n {wanted}` first")


def _stat(pid):
    """The fields of /proc/PID/stat after the name, or None when the process has gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def descendants(root):
    """Process ids below `root`, without it; threads are not listed apart."""
    children = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = _stat(name)
            if fields and fields[0] != "Z":
                children.setdefault(int(fields[1]), []).append(int(name))
    found, waiting = [], [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def cpu_seconds(pid):
    """User and system time of all threads, as the kernel counts it (the sum is exact, not sampled)."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / TICK if fields else 0.0


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="latin-1") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().replace(b"\0", b" ").decode("latin-1")
    except OSError:
        return ""


class Tree:
    """One started server: its first process and all that came of it."""

    def __init__(self, command, directory, environment, log, pinned):
        def prepare():
            if pinned:
                os.sched_setaffinity(0, {SERVER_CORE})

        self.started = time.monotonic()
        self._others = set(descendants(os.getpid()))
        self._members = set()
        with open(log, "wb") as output:
            self._first = subprocess.Popen(
                command,
                cwd=directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=prepare,
            )

    @property
    def pid(self):
        return self._first.pid

    def is_alive(self):
        return self._first.poll() is None

    def settle(self):
        """Takes what has been started since this server was: to be called before another one is."""
        self._members = set(descendants(os.getpid())) - self._others

    def pids(self):
        """Every process of this server that is alive."""
        if not self._members:
            self.settle()
        alive = set(descendants(os.getpid()))
        for pid in list(self._members):
            self._members.update(descendants(pid))
        return self._members & alive

    def cpu_by_process(self):
        return {pid: cpu_seconds(pid) for pid in self.pids()}

    def stop(self):
        """SIGTERM to the first process, SIGKILL to whatever is left after 10 seconds."""
        if self.is_alive():
            self._first.terminate()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.is_alive():
            time.sleep(0.05)
        self.kill()

    def kill(self):
        for _ in range(100):
            left = self.pids()
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self._first.poll()
            if not left and self._first.returncode is not None:
                break
            time.sleep(0.02)
        _reap_zombies()


def _reap_zombies():
    """Takes the exit statuses of adopted orphans; those of first processes are Popen's."""
    for name in os.listdir("/proc"):
        fields = _stat(name) if name.isdigit() else None
        if fields and fields[0] == "Z" and int(fields[1]) == os.getpid():
            try:
                os.waitpid(int(name), os.WNOHANG)
            except ChildProcessError:
                pass
