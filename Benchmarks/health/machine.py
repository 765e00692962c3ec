"""What is looked at: a database, a log, a web server and a time server, all of this machine."""
import contextlib
import os
import pathlib
import socket
import sqlite3
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DATABASE_BYTES = 40_000_000
NEW_LINES = 1000
# Lines that are in a log before; check_log compares all of it with a copy.
OLD_LINES = 5000


def make_database(path):
    """Messages as a bot keeps them, with an index, in WAL mode; it stays open, as the bot's is.
    - Returns: the connection."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, joined INTEGER NOT NULL)")
    connection.execute("""CREATE TABLE messages (id INTEGER PRIMARY KEY, user INTEGER NOT NULL REFERENCES users, channel INTEGER NOT NULL,
        created INTEGER NOT NULL, content TEXT NOT NULL)""")
    connection.execute("CREATE INDEX by_channel ON messages (channel, created)")
    connection.executemany("INSERT INTO users VALUES (?, ?, ?)", ((number, f"user-{number}", number * 1000) for number in range(1000)))
    number = 0
    while size_of(connection) < DATABASE_BYTES:
        rows = [(n, n % 1000, n % 37, 1_700_000_000 + n, f"message {n} " + "words of a message " * (n % 29)) for n in range(number, number + 2000)]
        connection.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?)", rows)
        connection.commit()
        number += len(rows)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return connection


def size_of(connection):
    return connection.execute("PRAGMA page_count").fetchone()[0] * connection.execute("PRAGMA page_size").fetchone()[0]


def lines(first, count):
    """Lines of a log; one in fifty tells of an error."""
    return "".join(
        f"2026-11-30 12:{number // 60 % 60:02}:{number % 60:02},{number % 1000:03} {'ERROR' if number % 50 == 7 else 'INFO'} bot.commands: "
        f"request {number} of guild {number * 7919 % 100_000} answered in {number * 31 % 900} ms\n" for number in range(first, first + count))


class Log:
    """A log that grows by the same count of lines before each pass."""
    def __init__(self, path):
        self.path, self.count = path, 0
        self.add(OLD_LINES)

    def add(self, count=NEW_LINES):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(lines(self.count, count))
        self.count += count


@contextlib.contextmanager
def servers(folder):
    """Both servers as one process.
    - Returns: its file with its number, the port of the web server, that of the time server."""
    # A number only after the process is there: the file is to be younger.
    with subprocess.Popen([sys.executable, HERE / "servers.py"], stdout=subprocess.PIPE, text=True) as process:
        try:
            web, clock = process.stdout.readline().split()
            (folder / "bot.pid").write_text(f"{process.pid}\n")
            socket.create_connection(("127.0.0.1", int(web)), 5).close()
            yield folder / "bot.pid", web, clock
        finally:
            process.terminate()


def has_systemd():
    said = subprocess.run(["systemctl", "is-system-running"], capture_output=True, text=True, check=False).stdout.strip()
    return said in ("running", "degraded", "starting", "maintenance")


def own_group():
    """The control group of this process, as the check names it."""
    for line in pathlib.Path("/proc/self/cgroup").read_text().splitlines():
        number, controllers, name = line.split(":", 2)
        if number == "0" or "memory" in controllers.split(","):
            return name
    return "/"
