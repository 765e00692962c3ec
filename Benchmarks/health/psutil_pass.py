"""The same reads by psutil and Python's own modules, one after the other.

    usage: psutil_pass.py SETTINGS           one pass
           psutil_pass.py SETTINGS --stay    one pass for each line of standard input; prints its seconds
"""
import ctypes
import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time

import psutil

PATTERN = re.compile(rb"(^|[^A-Za-z_])(ERROR|CRITICAL|FATAL)([^A-Za-z_]|$)|Traceback \(most recent call last\)")


def text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def web(address):
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.request("GET", "/health")
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def new_lines(settings):
    """What was added to the log since the pass before."""
    try:
        begin = int(text(settings["place"]))
    except FileNotFoundError:
        begin = os.path.getsize(settings["log"])
    with open(settings["log"], "rb") as file:
        file.seek(begin)
        found = file.read().splitlines()
        end = file.tell()
    with open(settings["place"], "w", encoding="utf-8") as file:
        file.write(str(end))
    return {"lines": len(found), "errors": sum(1 for line in found if PATTERN.search(line))}


def database(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute("PRAGMA quick_check").fetchall(), connection.execute("PRAGMA page_count").fetchone()
    finally:
        connection.close()


def look(settings):
    process = psutil.Process(int(text(settings["pid_file"])))
    found = {
        "cpu": psutil.cpu_times(), "cores": psutil.cpu_count(), "load": psutil.getloadavg(), "memory": psutil.virtual_memory(),
        "swap": psutil.swap_memory(), "mounts": psutil.disk_partitions(), "disk": psutil.disk_usage("/"), "inodes": os.statvfs("/"),
        "process": process.as_dict(["status", "create_time", "cpu_times", "memory_info", "cmdline"]),
        "pressure": [text(f"/proc/pressure/{name}") for name in ("cpu", "memory", "io") if os.path.exists(f"/proc/pressure/{name}")],
        "group": [text(path) for path in settings["group_files"]],
        "clock": ctypes.CDLL(None).ntp_adjtime(ctypes.create_string_buffer(208)),
        "web": web(settings["web"]),
        "database": database(settings["database"]), "log": new_lines(settings),
    }
    host, port = settings["web"].split(":")
    socket.create_connection((host, int(port)), 5).close()
    if settings["unit"]:
        found["unit"] = subprocess.run(["systemctl", "show", settings["unit"]], capture_output=True, check=True).stdout.decode()
    return found


def main():
    settings = json.loads(text(sys.argv[1]))
    if sys.argv[2:] != ["--stay"]:
        print(look(settings))
        return
    for _ in sys.stdin:
        begin = time.monotonic()
        look(settings)
        print(time.monotonic() - begin, flush=True)


main()
