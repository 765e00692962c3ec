"""The page of results: the bar with whether it was met, then the tables."""
import os
import platform
import statistics
import subprocess
import time

OURS = "acore-sched"
BAR_MS = 50


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def version(words):
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.splitlines()[0].strip()


def milliseconds(values):
    return f"{statistics.median(values) * 1000:.1f} ms"


def tools(found):
    ours = statistics.median(found[OURS]["wall"])
    rows = []
    for name, values in found.items():
        wall = statistics.median(values["wall"])
        rows.append([name, milliseconds(values["wall"]), f"{min(values['wall']) * 1000:.1f} to {max(values['wall']) * 1000:.1f} ms",
                     f"{wall / ours:.2f} ×", milliseconds(values["processor"]), f"{max(values['memory']):.0f} MiB"])
    return table(["tool", "a pass", "fastest to slowest", "against ours", "processor", "memory at most"], rows)


def checks(looks):
    return table(["check", "looked for"], [[name, f"{value:.1f} ms"] for name, value in sorted(looks.items(), key=lambda item: -item[1])])


def unknown(states):
    """By check: how many of its results are unknown."""
    of = {}
    for name, state in states.items():
        of.setdefault(name.partition(" of ")[0], []).append(state == "unknown")
    return ", ".join(f"{name} {sum(found)} of {len(found)}" for name, found in sorted(of.items()) if any(found)) or "none"


def page(found, looks, ours, first, rounds, minutes, load, has_unit):
    wall = statistics.median(found[OURS]["wall"]) * 1000
    units = "" if has_unit else " systemd does not answer on this machine, so that no tool asks it for a unit (service_dependencies)."
    text = f"""# A pass of all local checks against monitoring-plugins and psutil

{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, Linux {platform.release()}; written by `Benchmarks/health/run` in {minutes:.1f} minutes. Load {load[0]:.1f} before, {load[1]:.1f} at the
end. Medians of {rounds} interleaved rounds, caches warm. Looked at: {len(ours.settings())} checks with {len(ours.states)} results, a SQLite database of 40 MB in WAL mode that another
program has open, by quick_check, and 1,000 new lines of a log in each pass.{units}

{table(["bar", "measured", ""], [[f"a pass takes below {BAR_MS} ms", f"{wall:.1f} ms", "met" if wall < BAR_MS else "**not met**"]])}
{tools(found)}"""
    if len(found) > 1:
        text += f"""
A pass of ours is a worker from its start to its end, with its memory written to the disk (fsync). Memory is the largest of the programs, or of all that run at once their sum.

- monitoring-plugins {version(['dpkg-query', '-W', '-f', '${Version}', 'monitoring-plugins-basic'])}: `check_load`, `check_swap`, `check_disk` for space and for inodes, `check_procs`, `check_http`, `check_tcp`, `check_ntp_time`
  (it asks a time server, ours the kernel), `check_log` (it compares the log, here of 6,000 lines, with a copy), and `sqlite3` for the database. There is none for the
  processors' share, for memory as `free` has it, for pressure and for control groups.
- psutil on {platform.python_implementation()} {platform.python_version()}: the same reads one after the other, pressure and control groups as files, the database by the module `sqlite3`. Nothing is judged, and but for the place in the log nothing is kept.
"""
    text += f"""
## How long each check looks

By the worker's own clock, side by side.

{checks(looks)}
Results that are unknown in the first pass, which has no samples: {unknown(first)}; in the last one: {unknown(ours.states)}.
"""
    return text
