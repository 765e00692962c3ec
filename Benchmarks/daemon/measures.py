"""What is measured of a scheduler, each time in a life of its own."""
import time

# All that is due is to have begun within this.
STAMP_LIMIT = 120


def starts(kind, folder, tools, count):
    """How late each of `count` jobs due together began, in seconds, in order."""
    scheduler = kind(folder, tools)
    stamps = scheduler.folder / "stamps"
    stamps.touch()
    # Time for the start, then the next moment that the schedule can name.
    due = int(time.time()) + 4 + count // 500
    due += -due % scheduler.step
    scheduler.write(count, due, stamps)
    if time.time() > due - 2:
        due += max(scheduler.step, 4)
        scheduler.write(count, due, stamps)
    scheduler.start()
    limit = due + STAMP_LIMIT
    while time.time() < limit:
        lines = stamps.read_text().split("\n")[:-1]
        if len(lines) >= count:
            break
        time.sleep(0.05)
    else:
        lines = []
    scheduler.stop()
    return sorted(int(line) / 1e9 - due for line in lines)


def ready(kind, folder, tools, count, is_warm=False):
    """Seconds until `count` jobs are in force, and memory then; a warm start finds what an earlier one in the folder kept."""
    scheduler = kind(folder, tools)
    if not is_warm:
        scheduler.write(count, None, scheduler.folder / "stamps")
        # What changed within two seconds before it was read may change again unseen: nobody keeps that for a warm start.
        time.sleep(2.5)
    seconds = scheduler.start()
    resident, most = scheduler.memory()
    scheduler.stop()
    return seconds, resident, most


def memory_later(kind, folder, tools, count, wait):
    """Memory after so many seconds of quiet, in MiB."""
    scheduler = kind(folder, tools)
    scheduler.write(count, None, scheduler.folder / "stamps")
    if scheduler.start() is None:
        scheduler.stop()
        return None
    time.sleep(wait)
    resident, most = scheduler.memory()
    scheduler.stop()
    return resident, most


def idle_switches(kind, folder, tools, quiet, span):
    """Context switches of all threads in `span` seconds, after `quiet` seconds, with ten jobs of which none is due."""
    scheduler = kind(folder, tools)
    scheduler.write(10, None, scheduler.folder / "stamps")
    scheduler.start()
    time.sleep(quiet)
    before = scheduler.switches()
    time.sleep(span)
    after = scheduler.switches()
    scheduler.stop()
    # A thread that came counts whole; one that has gone is not seen, and woke to end.
    return sum(count - before.get(thread, 0) for thread, count in after.items()) + len(before.keys() - after.keys())


def reload_of_one(kind, folder, tools, count, rounds):
    """Seconds from the rename of one changed file among `count` until the daemon says that it is in force."""
    scheduler = kind(folder, tools)
    scheduler.write(count, None, scheduler.folder / "stamps")
    scheduler.start()
    times = []
    file = scheduler.folder / "jobs.d/job77.yaml"
    for number in range(rounds):
        time.sleep(1)
        said = (scheduler.folder / "log").read_bytes().count(b" 1 changed, ")
        fresh = scheduler.folder / "fresh"
        fresh.write_text(file.read_text() + f"description: round {number}\n" if number == 0 else
                         file.read_text().replace(f"round {number - 1}", f"round {number}"))
        begin = time.monotonic()
        fresh.rename(file)
        while (scheduler.folder / "log").read_bytes().count(b" 1 changed, ") == said:
            if time.monotonic() - begin > 60:
                raise SystemExit("the changed file was not taken within a minute")
            time.sleep(0.001)
        times.append(time.monotonic() - begin)
    scheduler.stop()
    return times
