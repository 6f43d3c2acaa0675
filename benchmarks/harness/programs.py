"""The programs in C: what they are compiled from and where to."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "benchmarks" / "c"
COMPILED = ROOT / "benchmarks" / "target" / "c"


def program(name):
    """The compiled program, compiled now if its source is newer."""
    source, compiled = SOURCES / f"{name}.c", COMPILED / name
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        COMPILED.mkdir(parents=True, exist_ok=True)
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-o", compiled, source, "-lm"], check=True)
    return compiled
