"""Programs that are measured: each looks at the same machine, and what a pass takes is measured from outside."""
import json
import os
import pathlib
import shutil
import subprocess

from machine import HERE, Log, has_systemd, own_group

PLUGINS = "/usr/lib/nagios/plugins"
UNIT = "systemd-journald.service"


class Machine:
    """What all of them look at."""
    def __init__(self, folder, pid_file, web, clock, measure):
        self.folder, self.pid_file, self.measure = folder, pid_file, measure
        self.web, self.clock = web, clock
        self.database = folder / "bot.db"
        self.unit = UNIT if has_systemd() else None
        self.group = own_group()

    def run(self, programs, way="in-turn", given="/dev/null", kept=None):
        """Seconds of wall and processor, MiB, and how each ended."""
        page = self.folder / "programs"
        page.write_text("".join("\t".join(map(str, words)) + "\n" for words in programs))
        environment = os.environ | {"LC_ALL": "C.UTF-8"} | ({"KEEP": str(kept)} if kept else {})
        said = subprocess.run([self.measure, way, given, page], env=environment, capture_output=True, text=True, check=True).stdout.split()
        return {"wall": float(said[0]), "processor": float(said[1]), "memory": int(said[2]) / 1024}, list(map(int, said[3:]))


class Ours:
    """The worker, as a daemon starts it: the request on its standard input, what it says to a file."""
    name = "acore-sched"

    def __init__(self, machine, worker):
        self.machine, self.worker = machine, worker
        self.log = Log(machine.folder / "ours.log")
        self.state = machine.folder / "state"
        self.state.mkdir()
        self.request = machine.folder / "request"
        self.request.write_text(json.dumps({
            "v": 1, "run": "01M8AAAAAAAAAAAAAAAAAAAAAA", "job": "bench", "attempt": 1, "grace_s": 5, "state_dir": str(self.state),
            "dry_run": False, "settings": self.settings()}) + "\n")
        self.looks, self.states, self.summary = {}, {}, ""

    def settings(self):
        machine = self.machine
        settings = {
            "system_resources": {"paths": ["/"]}, "memory_usage": {}, "time_sync": {},
            "disk_space": {"warning": 80, "critical": 90, "full_within": "1d", "paths": ["/", str(machine.folder)]},
            "inodes": {"warning": 80, "critical": 90, "paths": ["/", str(machine.folder)]},
            "pressure": {}, "cgroup": {"units": [machine.group]},
            "process_health": {"processes": {"bot": {"pid_file": str(machine.pid_file), "command": "servers.py"}}},
            # By quick_check in each pass; the other checks are done by the first one.
            "database_health": {"paths": [str(machine.database)], "quick_every": "0s", "full_every": "365d"},
            "external_services": {"services": {"bot": {"url": f"http://127.0.0.1:{machine.web}/health", "timeout": "5s"}}},
            "network_connectivity": {"targets": [f"tcp://127.0.0.1:{machine.web}"]},
            "log_errors": {"files": [str(self.log.path)]},
        }
        if machine.unit:
            settings["service_dependencies"] = {"units": {machine.unit: {}}}
        return settings

    def look(self):
        self.log.add()
        kept = self.machine.folder / "said"
        found, _ = self.machine.run([[self.worker, "health", "run"]], given=self.request, kept=kept)
        self.understand(kept.read_text())
        return found

    def understand(self, said):
        """How long each check looked, by its own clock; a result that is missing, or was not looked at, ends all."""
        events = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        if not events or events[-1].get("t") != "result":
            raise SystemExit(f"the worker gave no result: {said[-2000:]}")
        self.summary = events[-1]["summary"]
        checks = [event for event in events if event["t"] == "check"]
        missing = self.settings().keys() - {check["name"] for check in checks}
        if missing:
            raise SystemExit(f"no result of {missing}: {self.summary}")
        for check in checks:
            self.states[f"{check['name']} of {check.get('target', 'all')}"] = check["state"]
        for name in {check["name"] for check in checks}:
            took = max(float(check["inputs"]["look_ms"]) for check in checks if check["name"] == name)
            self.looks.setdefault(name, []).append(took)
        # What is measured must have happened.
        lines = next(check for check in checks if check["name"] == "log_errors")["inputs"].get("new_lines")
        database = next(check for check in checks if check["name"] == "database_health")
        if len(self.looks["log_errors"]) > 1 and (lines != "1000" or database["state"] != "ok" or "quick_check" not in database["inputs"]):
            raise SystemExit(f"not all was looked at: {lines} lines, {database}")


class Plugins:
    """A program for each, as nagios-like monitors start them."""
    def __init__(self, machine, way):
        self.name = f"monitoring-plugins, {'one after the other' if way == 'in-turn' else 'all at once'}"
        self.machine, self.way = machine, way
        self.log = Log(machine.folder / f"{way}.log")
        self.base, self.old = machine.folder / f"{way}.base", machine.folder / f"{way}.old"
        shutil.copy(self.log.path, self.base)
        self.statuses = []

    def programs(self):
        machine, here = self.machine, ("-H", "127.0.0.1")
        programs = [
            [f"{PLUGINS}/check_load", "-w", "90,90,90", "-c", "99,99,99"],
            [f"{PLUGINS}/check_swap", "-n", "ok", "-w", "2%", "-c", "1%"],
            [f"{PLUGINS}/check_disk", "-w", "2%", "-c", "1%", "-p", "/", "-p", machine.folder],
            [f"{PLUGINS}/check_disk", "-W", "2%", "-K", "1%", "-p", "/", "-p", machine.folder],
            [f"{PLUGINS}/check_procs", "-c", "1:", "-a", "servers.py"],
            [f"{PLUGINS}/check_http", *here, "-p", machine.web, "-u", "/health", "-t", "5"],
            [f"{PLUGINS}/check_tcp", *here, "-p", machine.web, "-t", "5"],
            [f"{PLUGINS}/check_ntp_time", *here, "-p", machine.clock, "-t", "5"],
            [f"{PLUGINS}/check_log", "-e", "-F", self.log.path, "-O", self.old,
             "-q", r"(^|[^A-Za-z_])(ERROR|CRITICAL|FATAL)([^A-Za-z_]|$)|Traceback"],
            ["sqlite3", "-readonly", machine.database, "PRAGMA quick_check"],
        ]
        return programs + ([["systemctl", "show", machine.unit]] if machine.unit else [])

    def look(self):
        # As it was before; check_log reads all of it.
        shutil.copy(self.base, self.log.path)
        shutil.copy(self.base, self.old)
        self.log.add()
        found, self.statuses = self.machine.run(self.programs(), way=self.way)
        if 3 in self.statuses or max(self.statuses) > 3:
            raise SystemExit(f"a program could not look: {list(zip(self.programs(), self.statuses))}")
        return found


class Psutil:
    """Python with psutil, from its start to its end."""
    name = "psutil, a whole run"

    def __init__(self, machine, python):
        self.machine, self.python = machine, python
        self.log = Log(machine.folder / f"{type(self).__name__}.log")
        self.settings = machine.folder / f"{type(self).__name__}.json"
        self.settings.write_text(json.dumps({
            "pid_file": str(machine.pid_file), "web": f"127.0.0.1:{machine.web}", "database": str(machine.database),
            "log": str(self.log.path), "place": str(self.log.path) + ".place", "unit": machine.unit, "group_files": group_files(machine.group)}))

    def look(self):
        self.log.add()
        found, statuses = self.machine.run([[self.python, HERE / "psutil_pass.py", self.settings]], kept=self.machine.folder / "psutil.said")
        if statuses != [0]:
            raise SystemExit((self.machine.folder / "psutil.said").read_text())
        return found


class WarmPsutil(Psutil):
    """The calls alone, in a process that stays."""
    name = "psutil, the calls in a process that stays"

    def __init__(self, machine, python):
        super().__init__(machine, python)
        self.process = subprocess.Popen(
            [python, HERE / "psutil_pass.py", self.settings, "--stay"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def times(self):
        """Seconds of processor so far, and MiB at most."""
        words = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines())
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK"), int(status["VmHWM"].split()[0]) / 1024

    def look(self):
        self.log.add()
        before, _ = self.times()
        self.process.stdin.write("look\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        if not said:
            raise SystemExit("psutil's process has ended")
        after, memory = self.times()
        return {"wall": float(said), "processor": after - before, "memory": memory}

    def end(self):
        self.process.communicate()


def group_files(group):
    """The files of the control group that our check reads, where there are such."""
    names = {"memory": ["memory.current", "memory.max", "memory.stat", "memory.events", "memory.usage_in_bytes", "memory.limit_in_bytes"],
             "cpu": ["cpu.stat", "cpu.max", "cpu.cfs_quota_us"], "cpuacct": ["cpuacct.usage"], "pids": ["pids.current", "pids.max"]}
    places = [pathlib.Path(f"/sys/fs/cgroup{part}{group}") / name for part_names, files in names.items()
              for part in ("", f"/{part_names}") for name in files]
    return [str(place) for place in places if place.is_file()]
