"""Runs one WSGI app inside a worker of Peregrine."""

import os
import sys

LOADER = os.path.dirname(os.path.abspath(__file__))
if not sys.path or sys.path[0] != LOADER:
    sys.path.insert(0, LOADER)

from peregrine_loader.worker import Worker  # noqa: E402

if __name__ == "__main__":
    # The app's modules are found in its own directory, never in the loader's.
    sys.path[0] = os.getcwd()
    sys.argv = [os.environ.get("PEREGRINE_STARTUP_FILE", "")]
    Worker(os.environ).run()
