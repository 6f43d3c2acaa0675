"""One worker process, from the first message to the last."""

import faulthandler
import os
import platform
import signal
import sys
import threading
import traceback

from .control import Control
from .loading import error_message, frameworks, load
from .slot import Slot


class Worker:
    """Loads the app, opens a socket a thread, and does what the server says."""

    def __init__(self, environment):
        self._control = Control(
            environment.pop("PEREGRINE_CONTROL_SOCKET"), environment.pop("PEREGRINE_TOKEN")
        )
        self._startup_file = environment["PEREGRINE_STARTUP_FILE"]
        self._directory = environment["PEREGRINE_SOCKET_DIR"]
        self._threads = max(1, int(environment.get("PEREGRINE_THREADS", "1")))
        self._name = environment.get("PEREGRINE_WORKER", "")
        self._slots = []
        self._running = self._threads
        self._lock = threading.Lock()
        self._over = threading.Event()

    def run(self):
        """Serves until the server says to stop or is gone."""
        set_title(f"peregrine {self._name}")
        self._control.send({"type": "step", "name": "boot_loader", "state": "done"})
        # From the start: a server that waits in vain asks where the app hangs.
        self._start("peregrine control", self._listen)
        app = self._load()
        with self._control.step("listen"):
            self._slots = [
                Slot(app, os.path.join(self._directory, f"slot-{index}.sock"), self._threads > 1)
                for index in range(self._threads)
            ]
        self._handle_signals()
        for index, slot in enumerate(self._slots):
            self._start(f"peregrine slot {index}", self._run_slot, slot)
        self._control.send(self._ready())
        self._over.wait()  # signals are handled by this thread

    def _start(self, name, target, *arguments):
        threading.Thread(target=target, args=arguments, name=name, daemon=True).start()

    def _run_slot(self, slot):
        try:
            slot.run()
        finally:
            with self._lock:
                self._running -= 1
                if self._running == 0:
                    self._over.set()

    def _load(self):
        try:
            with self._control.step("load_app"):
                return load(self._startup_file, os.getcwd())
        except BaseException as error:
            self._control.send(error_message(error))
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)

    def _ready(self):
        return {
            "type": "ready",
            "sockets": [slot.path for slot in self._slots],
            "concurrency": self._threads,
            "protocol": "gateway",
            "runtime": f"{platform.python_implementation().lower().replace('cpython', 'python')} "
            f"{platform.python_version()}",
            "framework": frameworks(),
        }

    def _listen(self):
        for message in self._control.messages():
            kind = message.get("type")
            if kind == "ping":
                self._control.send({"type": "pong", "id": message.get("id")})
            elif kind == "await_slot":
                self._await_slot(message.get("id"))
            elif kind == "drain":
                self._drain()
            elif kind == "stop":
                self._stop()
            elif kind == "backtraces":
                self._control.send({"type": "backtraces", "threads": backtraces()})
        self._drain()

    def _await_slot(self, index):
        if index < len(self._slots):
            self._slots[index].when_free(
                lambda: self._control.send({"type": "slot_free", "id": index})
            )

    def _drain(self, *_):
        if not self._slots:
            os._exit(0)  # the app is not even loaded
        for slot in self._slots:
            slot.drain()

    def _stop(self):
        if not self._slots:
            os._exit(0)  # the app is not even loaded
        self._over.set()

    def _handle_signals(self):
        signal.signal(signal.SIGTERM, self._drain)
        signal.signal(signal.SIGINT, self._drain)
        faulthandler.register(signal.SIGQUIT, all_threads=True)


def backtraces():
    """Returns the name and the frames of each thread, innermost frame first."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    return [
        {
            "name": names.get(ident, str(ident)),
            "frames": [
                f"{frame.filename}:{frame.lineno}:in {frame.name}"
                for frame in reversed(traceback.extract_stack(top))
            ],
        }
        for ident, top in sys._current_frames().items()
    ]


def set_title(title):
    """Names the process, where the system has a file for that (15 bytes are kept)."""
    try:
        with open("/proc/self/comm", "w", encoding="utf-8") as file:
            file.write(title)
    except OSError:
        pass
