"""Measures croniter or cronsim on the cases in a file; prints KIND<tab>ZONE<tab>CASE<tab>NANOSECONDS<tab>MOMENTS."""
import sys
import time
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

START, CHAIN, MINIMUM = 1767225600, 1000, 20_000_000


def measure(body):
    """Nanoseconds for one operation; body returns how many it did."""
    rounds = 1
    while True:
        begin = time.process_time_ns()
        count = 0
        for _ in range(rounds):
            count += body()
        elapsed = time.process_time_ns() - begin
        if elapsed >= MINIMUM:
            return elapsed / count
        rounds *= 4 if elapsed * 4 < MINIMUM else 2


def moment(seconds, zone):
    return datetime.fromtimestamp(seconds, timezone.utc).astimezone(zone)


def croniter_cases(expression, zone):
    from croniter import croniter

    def chain():
        record.clear()
        it = croniter(expression, moment(START, zone))
        try:
            for _ in range(CHAIN):
                record.append(it.get_next(datetime))
        except Exception:
            pass
        return len(record)

    def spread():
        record.clear()
        it = croniter(expression, moment(START, zone))
        for start in starts:
            it.set_current(start)
            record.append(it.get_next(datetime))
        return len(record)

    record = []
    starts = [moment(START + i * 157679, zone) for i in range(CHAIN)]
    yield "chain", measure(chain), record
    yield "spread", measure(spread), record


def cronsim_cases(expression, zone):
    from cronsim import CronSim

    def chain():
        record.clear()
        it = CronSim(expression, moment(START, zone))
        try:
            for _ in range(CHAIN):
                record.append(next(it))
        except StopIteration:
            pass
        return len(record)

    record = []
    yield "chain", measure(chain), record


def parser(peer):
    if peer == "croniter":
        from croniter import croniter

        return croniter.expand
    from cronsim import CronSim

    base = datetime(2026, 1, 1)
    return lambda expression: CronSim(expression, base)


peer, path = sys.argv[1:3]
cases = croniter_cases if peer == "croniter" else cronsim_cases
for number, expression in enumerate(open(path).read().splitlines()):
    parse = parser(peer)
    print(f"parse\t-\t{number}\t{measure(lambda: parse(expression) is not None)}\t")
    for name in ("UTC", "Europe/Berlin"):
        for kind, nanoseconds, record in cases(expression, ZoneInfo(name)):
            moments = ",".join(str(int(m.timestamp())) for m in record)
            print(f"{kind}\t{name}\t{number}\t{nanoseconds}\t{moments}")
