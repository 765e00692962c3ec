"""What is measured of a scheduler, each time in a life of its own."""
import contextlib
import math
import time

# All that is due is to have begun within this.
STAMP_LIMIT = 120


@contextlib.contextmanager
def running(scheduler):
    """Starts it and gives the seconds until it was ready, None when it was not in time; it ends in any case."""
    try:
        yield scheduler.start()
    finally:
        scheduler.stop()


def starts(kind, folder, tools, count):
    """How late each of `count` jobs due together began, in seconds, in order; nothing when not all of them did in time."""
    scheduler = kind(folder, tools)
    stamps = scheduler.folder / "stamps"
    stamps.touch()
    # Time for the start, then the next moment that the schedule can name.
    due = int(time.time()) + scheduler.lead + count // 100
    due += -due % scheduler.step
    scheduler.write(count, due, stamps)
    if time.time() > due - 2:
        due += max(scheduler.step, scheduler.lead)
        scheduler.write(count, due, stamps)
    lines = []
    with running(scheduler):
        if scheduler.is_ready() and time.time() > due:
            print(f"bench: {scheduler.name} with {count} jobs was ready after they were due", flush=True)
        while len(lines) < count and time.time() < due + STAMP_LIMIT:
            time.sleep(0.05)
            lines = stamps.read_text().split("\n")[:-1]
    return sorted(int(line) / 1e9 - due for line in lines) if len(lines) >= count else []


def ready(kind, folder, tools, count, is_warm=False):
    """Seconds until `count` jobs are in force, and memory then; a warm start finds what an earlier one in the folder kept."""
    scheduler = kind(folder, tools)
    if not is_warm:
        scheduler.write(count, None, scheduler.folder / "stamps")
        # What changed within two seconds before it was read may change again unseen: nobody keeps that for a warm start.
        time.sleep(2.5)
    with running(scheduler) as seconds:
        resident, most = scheduler.memory()
    return math.inf if seconds is None else seconds, resident, most


def quiet(lives, count, wait, span):
    """Schedulers side by side with `count` jobs of which none is due: of each its memory (MiB: resident, at most) after the last one has been
    ready for `wait` seconds, and the context switches of all its threads in `span` seconds after that. Who is not ready in time is left out.

    `lives`: for each a kind, a folder and the tools."""
    with contextlib.ExitStack() as stack:
        schedulers = []
        for kind, folder, tools in lives:
            scheduler = kind(folder, tools)
            scheduler.write(count, None, scheduler.folder / "stamps")
            if stack.enter_context(running(scheduler)) is not None:
                schedulers.append(scheduler)
        time.sleep(wait)
        memory = {scheduler.name: scheduler.memory() for scheduler in schedulers}
        before = {scheduler.name: scheduler.switches() for scheduler in schedulers}
        time.sleep(span)
        switches = {scheduler.name: more(before[scheduler.name], scheduler.switches()) for scheduler in schedulers}
    return memory, switches


def more(before, after):
    """A thread that came counts whole; one that has gone is not seen, and woke to end."""
    return sum(count - before.get(thread, 0) for thread, count in after.items()) + len(before.keys() - after.keys())


def reload_of_one(kind, folder, tools, count, rounds):
    """Seconds from the rename of one changed file among `count` until the daemon says that it is in force."""
    scheduler = kind(folder, tools)
    scheduler.write(count, None, scheduler.folder / "stamps")
    times = []
    file = scheduler.folder / "jobs.d/job77.yaml"
    with running(scheduler):
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
    return times
