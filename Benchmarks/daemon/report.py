"""The page of results: figures, ratios, and each bar with whether it was met."""
import math
import time

from schedulers import START_LIMIT


def seconds(value):
    if math.isinf(value):
        return f"not within {START_LIMIT} s"
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def mebibytes(value):
    return "–" if value is None else f"{value:.1f} MiB"


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def ready(results):
    rows = []
    for count, found in results["ready"].items():
        for name, values in found.items():
            warm = seconds(values["warm"]) if "warm" in values else "–"
            rows.append([f"{count:,}", name, seconds(values["cold"]), warm, mebibytes(values["memory"]), str(values["rounds"])])
    return table(["jobs", "scheduler", "ready, cold", "ready, warm", "memory then", "rounds"], rows)


def lateness(results):
    rows = []
    for count, found in results["lateness"].items():
        loop = found["bare loop"][0]
        for name, (figures, whole, rounds) in found.items():
            of_rounds = str(rounds) if whole == rounds else f"{whole} of {rounds}"
            if figures is None:
                rows.append([f"{count:,}", name, "–", "–", "–", "–", of_rounds])
                continue
            rows.append([f"{count:,}", name, *map(seconds, figures), f"{figures[2] / loop[2]:.1f}×", of_rounds])
    return table(["due together", "scheduler", "p50", "p99", "last", "last against the bare loop", "rounds"], rows)


def bars(results):
    """Each bar: what is asked, what was measured, whether it holds."""
    found = []

    def bar(words, value, holds):
        found.append([words, value, "met" if holds else "**not met**"])

    at = results["ready"].get(10_000, {})
    ours, peer = at.get("acore-sched"), at.get("cronstable")
    if ours and peer:
        # Whoever was not ready in time took at least so long.
        theirs = min(peer["cold"], START_LIMIT)
        ratio = theirs / ours["cold"]
        bar("10,000 jobs: ready at least 25 times sooner than cronstable, cold", f"{ratio:.1f}× (warm {theirs / ours['warm']:.0f}×)",
            ratio >= 25)
    resident = results["memory"]["acore-sched"][0]
    bar(f"10,000 jobs: at most 60 MiB after {results['quiet']} s", mebibytes(resident), resident <= 60)
    at = {count: {name: figures for name, (figures, _, _) in found.items() if figures} for count, found in results["lateness"].items()}
    many = at[200]
    ratio = many["acore-sched"][2] / many["bare loop"][2]
    bar("200 due together: the last at most 2.5 × as late as in the bare loop", f"{ratio:.2f}×", ratio <= 2.5)
    if "cronstable" in many:
        bar("200 due together: the last sooner than with cronstable", f"{seconds(many['acore-sched'][2])} against {seconds(many['cronstable'][2])}",
            many["acore-sched"][2] < many["cronstable"][2])
    hundred = at[100]
    ratio = hundred["acore-sched"][1] / hundred["bare loop"][1]
    bar("100 due together: p99 at most 3 × the bare loop's", f"{ratio:.2f}×", ratio <= 3)
    thousand = at[1000]
    ratio = thousand["bare loop"][2] / thousand["acore-sched"][2]
    bar("starts a second with durable records, 1,000 due together: at least 0.4 × the bare loop's",
        f"{1000 / thousand['acore-sched'][2]:,.0f} a second, {ratio:.2f}×", ratio >= 0.4)
    switches = results["idle"]["acore-sched"]
    bar(f"at most 75 context switches in {results['quiet']} idle seconds, all threads", str(switches), switches <= 75)
    return table(["bar", "measured", ""], found)


# What is to be known of a peer, by its name in the tables.
PEERS = {
    "cronstable": "cronstable 1.2.72 on Python, all jobs in one file", "yacron": "yacron 0.19.0 on Python, all jobs in one file",
    "cron": "Debian's cron, all jobs in one file", "systemd timers": "Debian's systemd in a container of its own, a timer and a service a job",
}


def page(results, rounds, load, minutes, machine):
    before, after = load
    there = {name for found in results["lateness"].values() for name in found}
    peers = "Peers:\n" + ";\n".join(words for name, words in PEERS.items() if name in there) if there & PEERS.keys() else "No peers took part"
    return f"""# The daemon against its peers

{time.strftime("%Y-%m-%d")}, {machine}; written by `Benchmarks/daemon/run` in {minutes:.0f} minutes. Load {before[0]:.1f} before, {after[0]:.1f} at the end. Medians of {rounds}
interleaved rounds, of fewer where the tables say so; memory and context switches of a quiet minute were measured once. Release build with the
static Swift runtime. Our jobs are `command` jobs in a file each. {peers}.

{bars(results)}
## Until jobs are in force

From the start of the process until it says that it is ready (cronstable and yacron: until their status page answers; systemd: `daemon-reload` and
the start of all timers). Cold has nothing kept; warm finds the definitions of an earlier start. Of systemd only process 1 is counted, here and below, with all else that it does.

{ready(results)}
## How late jobs begin

From the due moment to the first instruction of the job. All rows of what is due together are on the disk before the first start. The bare loop is
`posix_spawn` of the same program as often, without waiting, at the same moment. A round in which not all had begun after two minutes gives no
figures.

{lateness(results)}
## The rest

One changed file among 10,000 is in force {seconds(results["reload"])} after its rename.

{table(["scheduler", f"memory at 10,000 jobs, {results['quiet']} s after ready, side by side", "at most"],
       [[name, mebibytes(values[0]), mebibytes(values[1])] for name, values in results["memory"].items()])}
{table(["scheduler", f"context switches in {results['quiet']} s with nothing due, side by side"], [[name, str(value)] for name, value in results["idle"].items()])}"""
