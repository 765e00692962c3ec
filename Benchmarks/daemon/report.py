"""The page of results: figures, ratios, and each bar with whether it was met."""
import time


def seconds(value):
    if value is None:
        return "not within 90 s"
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
            rows.append([f"{count:,}", name, seconds(values["cold"]), warm, mebibytes(values["memory"])])
    return table(["jobs", "scheduler", "ready, cold", "ready, warm", "memory then"], rows)


def lateness(results):
    rows = []
    for count, found in results["lateness"].items():
        loop = found["bare loop"]
        for name, (middle, high, last) in found.items():
            rows.append([f"{count:,}", name, seconds(middle), seconds(high), seconds(last), f"{last / loop[2]:.1f}×"])
    return table(["due together", "scheduler", "p50", "p99", "last", "last against the bare loop"], rows)


def bars(results):
    """Each bar: what is asked, what was measured, whether it holds."""
    found = []

    def bar(words, value, holds):
        found.append([words, value, "met" if holds else "**not met**"])

    at = results["ready"].get(10_000, {})
    ours, peer = at.get("ours"), at.get("cronstable")
    if ours and peer and peer["cold"]:
        ratio = peer["cold"] / ours["cold"]
        bar("10,000 jobs: ready at least 25 times sooner than cronstable, cold", f"{ratio:.0f}× (warm {peer['cold'] / ours['warm']:.0f}×)",
            ratio >= 25)
    resident = results["memory"]["acore-sched"][0]
    bar(f"10,000 jobs: at most 60 MiB after {results['quiet']} s", mebibytes(resident), resident <= 60)
    many = results["lateness"][200]
    ratio = many["acore-sched"][2] / many["bare loop"][2]
    bar("200 due together: the last at most 2.5 × as late as in the bare loop", f"{ratio:.2f}×", ratio <= 2.5)
    if "cronstable" in many:
        bar("200 due together: the last sooner than with cronstable", f"{seconds(many['acore-sched'][2])} against {seconds(many['cronstable'][2])}",
            many["acore-sched"][2] < many["cronstable"][2])
    hundred = results["lateness"][100]
    ratio = hundred["acore-sched"][1] / hundred["bare loop"][1]
    bar("100 due together: p99 at most 3 × the bare loop's", f"{ratio:.2f}×", ratio <= 3)
    thousand = results["lateness"][1000]
    ratio = thousand["bare loop"][2] / thousand["acore-sched"][2]
    bar("starts a second with durable records, 1,000 due together: at least 0.4 × the bare loop's",
        f"{1000 / thousand['acore-sched'][2]:,.0f} a second, {ratio:.2f}×", ratio >= 0.4)
    switches = results["idle"]["acore-sched"]
    bar(f"at most 75 context switches in {results['quiet']} idle seconds, all threads", str(switches), switches <= 75)
    return table(["bar", "measured", ""], found)


def page(results, rounds, load, minutes, machine, has_peers):
    before, after = load
    peers = ("cronstable 1.2.72 and yacron 0.19.0 on Python; Debian's cron; peers have all their jobs in one file" if has_peers
             else "Peers were left out of this run")
    return f"""# The daemon against its peers

{time.strftime("%Y-%m-%d")}, {machine}; written by `Benchmarks/daemon/run` in {minutes:.0f} minutes. Load {before[0]:.1f} before, {after[0]:.1f} at the end. Medians of {rounds}
interleaved rounds (peers: 3; those with 10,000 jobs: 1). Release build with the static Swift runtime.
Our jobs are `command` jobs in a file each. {peers}. systemd timers are not here: they need a machine of their own.

{bars(results)}
## Until jobs are in force

From the start of the process until it says that it is ready (peers: until their status page answers). Cold has nothing kept; warm finds the
definitions of an earlier start.

{ready(results)}
## How late jobs begin

From the due moment to the first instruction of the job. All rows of what is due together are on the disk before the first start. The bare loop is
`posix_spawn` of the same program as often, without waiting, at the same moment.

{lateness(results)}
## The rest

One changed file among 10,000 is in force {seconds(results["reload"])} after its rename.

{table(["scheduler", f"memory at 10,000 jobs, {results['quiet']} s after ready", "at most"],
       [[name, mebibytes(values[0]), mebibytes(values[1])] for name, values in results["memory"].items() if values])}
{table(["scheduler", f"context switches in {results['quiet']} s with nothing due"], [[name, str(value)] for name, value in results["idle"].items()])}"""
