"""The page of results: each bar with whether it was met, then the tables."""
import os
import platform
import subprocess
import time

OURS, TAR, RESTIC = "acore-sched", "tar, zstd -3 -T2", "restic"
MIXED, SMALL, BIG = "mixed 1 GiB", "100,000 small files", "one file of 2 GiB"


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def version(words):
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.splitlines()[0].strip()


def bars(found):
    rows = []

    def ratio(words, tree, step, peer, limit, peer_step=None):
        try:
            ours, theirs = found[tree][OURS][step]["seconds"], found[tree][peer][peer_step or step]["seconds"]
        except KeyError:
            return
        value = ours / theirs
        rows.append([f"{tree}: {words}, at most {limit:g} ×", f"{value:.2f} × ({ours:.2f} s against {theirs:.2f} s)",
                     "met" if value <= limit else "**not met**"])

    for tree, limit in [(MIXED, 1.1), (BIG, 1.1), (SMALL, 2)]:
        ratio("full against tar, zstd and sync", tree, "full", TAR, limit)
    for tree in [MIXED, SMALL, BIG]:
        ratio("unchanged against restic", tree, "unchanged", RESTIC, 1 / 3)
    for tree, limit in [(MIXED, 0.5), (SMALL, 0.5), (BIG, 1)]:
        ratio("1 % changed against restic", tree, "1 % changed", RESTIC, limit)
    if BIG in found:
        stored = found[BIG][OURS]["1 % changed"]["stored"] / 2048
        rows.append([f"{BIG}: 1 % changed stores at most 10 % of it", f"{stored:.1%}", "met" if stored <= 0.1 else "**not met**"])
    for tree in [MIXED, SMALL, BIG]:
        ratio("verify against restic's full check", tree, "verify", RESTIC, 0.6)
    for tree in [MIXED, SMALL, BIG]:
        ratio("restore against zstd -dc into tar x", tree, "restore", TAR, 1.25)
    memory = max((found[tree][OURS][step]["memory"] for tree in found for step in found[tree][OURS]), default=0)
    rows.append(["memory below 150 MiB in every step on every tree", f"{memory:.0f} MiB at most", "met" if memory < 150 else "**not met**"])
    return table(["bar", "measured", ""], rows)


def steps(tools):
    names = list(tools[OURS])
    rows = []
    for step in names:
        reference = tools.get(TAR, {}).get(step)
        for tool, found in sorted(tools.items(), key=lambda item: item[0] != OURS):
            if step not in found:
                continue
            values = found[step]
            against = f"{values['seconds'] / reference['seconds']:.2f} ×" if reference else "–"
            stored = f"{values['stored']:.1f} MiB" if step not in ("verify", "restore") else "–"
            rows.append([step, tool, f"{values['seconds']:.2f} s", against, f"{values['memory']:.0f} MiB", stored])
    return table(["step", "tool", "time", "against tar, zstd", "memory", "stored"], rows)


def page(found, rounds, minutes, load):
    peers = ", ".join([version(["tar", "--version"]), version(["zstd", "--version"]).strip("* ").split(",")[0], version(["restic", "version"]), version(["borg", "--version"])])
    text = f"""# Backups against tar, restic and borg

{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, Linux {platform.release()}; written by `Benchmarks/backup/run` in {minutes:.0f} minutes. Load {load[0]:.1f} before, {load[1]:.1f} at the
end. Medians of {rounds} interleaved rounds, caches warm. Peers: {peers}; restic encrypts, which it always does, borg does not.
Each tool stores the same tree, then the same again, then with 1 % changed, and reads and restores the newest point. The database of the mixed tree has
64 MiB and is in WAL mode; its consistent copy and its check are part of our time. Our restores are on the disk when they end (syncfs), those of the peers need not be.

{bars(found)}
"""
    return text + "\n".join(f"## {tree}\n\n{steps(tools)}" for tree, tools in found.items())
