"""What was measured, as text for people and as JSON for comparing runs."""

import dataclasses
import json
import os
import platform


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    loads = " ".join(f"{load:.2f}" for load in os.getloadavg())
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, load average {loads}"


def text(outcome):
    lines = [f"## {outcome.case}"]
    if outcome.rows:
        lines.append("")
        lines.append("| Server | req/s | CPU a request, µs (least–most) | of it not the app's | p50 / p99 ms | errors |")
        lines.append("|---|---|---|---|---|---|")
        lines += [_row(row) for row in outcome.rows]
    if outcome.figures:
        lines += ["", "| | |", "|---|---|"]
        lines += [f"| {what} | {value} |" for what, value in outcome.figures]
    lines += ["", "| To reach | at most | measured | |", "|---|---|---|---|"]
    for target in outcome.targets:
        verdict = "reached" if target.is_reached else "**missed**"
        unit = f" {target.unit}" if target.unit else ""
        digits = 1 if unit else 2
        lines.append(f"| {target.what} | {target.limit:.{digits}f}{unit} | {target.measured:.{digits}f}{unit} | {verdict} |")
    return "\n".join(lines) + "\n"


def _row(row):
    own = f"{row.own_micros:.1f}" if row.own_micros else "–"
    cpu = f"{row.micros:.1f} ({row.micros_least:.1f}–{row.micros_most:.1f})"
    latency = f"{row.p50_ms:.1f} / {row.p99_ms:.1f}"
    return f"| {row.name} | {row.requests_a_second:,.0f} | {cpu} | {own} | {latency} | {row.errors} |"


def save(path, outcomes):
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"machine": machine(), "outcomes": [dataclasses.asdict(one) for one in outcomes]}, file, indent=1)
