"""The schedulers that are measured: each writes its jobs, starts, is asked whether it is ready, and ends."""
import contextlib
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
BOXES = HERE.parent.parent / "Tests/EndToEnd/boxes"

# Peers that take longer than this to begin are given up.
START_LIMIT = 90


class Scheduler:
    """One life of a scheduler in a folder of its own."""

    name = ""
    # The shortest time between two slots: schedules of peers have minutes.
    step = 60
    # The seconds that it is given to begin.
    lead = 4

    @staticmethod
    def is_possible(tools):
        """Whether it can be had here."""
        return True

    def __init__(self, folder, tools):
        self.folder, self.tools = pathlib.Path(folder), tools
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = None

    def write(self, count, due, stamps):
        """Jobs that are all due at `due` (seconds since 1970), once; None: in a year or so."""
        raise NotImplementedError

    def start(self):
        """Begins; returns the seconds until it was ready, or None when it was not within START_LIMIT."""
        begin = time.monotonic()
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(self.words(), stdout=self.log, stderr=self.log, env=self.environment(), cwd=self.folder)
        while time.monotonic() - begin < START_LIMIT:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended with {self.process.returncode}; see {self.folder}/log")
            if self.is_ready():
                return time.monotonic() - begin
            time.sleep(0.002)
        return None

    def environment(self):
        return dict(os.environ, TZ="UTC")

    @property
    def process_id(self):
        return self.process.pid

    def memory(self):
        """Resident now and at most, in MiB."""
        lines = pathlib.Path(f"/proc/{self.process_id}/status").read_text().splitlines()
        values = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
        return values["VmRSS"], values["VmHWM"]

    def switches(self):
        """Context switches of each thread so far."""
        return {status.parent.name: sum(int(line.split()[1]) for line in status.read_text().splitlines() if "ctxt_switches" in line)
                for status in pathlib.Path(f"/proc/{self.process_id}/task").glob("*/status")}

    def ask_to_end(self):
        self.process.send_signal(signal.SIGTERM)

    def stop(self):
        self.ask_to_end()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Ours(Scheduler):
    name = "acore-sched"
    step = 1

    def write(self, count, due, stamps):
        schedule = time.strftime("%S %M %H %d %m *", time.gmtime(due)) if due else "0 0 4 1 1 *"
        jobs = self.folder / "jobs.d"
        jobs.mkdir(exist_ok=True)
        text = f'uses: command\ntimezone: UTC\nschedule: "{schedule}"\nwith: {{argv: [{self.tools}/stamp, {stamps}]}}\n'
        for number in range(count):
            (jobs / f"job{number}.yaml").write_text(text)
        # As many at once as are due: peers know no such limit.
        (self.folder / "acore-sched.yaml").write_text("max_runs: 10000\n")

    def words(self):
        return [self.tools / "acore-sched", "daemon", "--config", self.folder / "acore-sched.yaml", "--jobs-dir", self.folder / "jobs.d",
                "--state-dir", self.folder / "state"]

    def is_ready(self):
        # The end of the log only: the table of jobs before it is long, and this runs beside what is measured.
        with open(self.folder / "log", "rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 4096))
            return b" ready jobs=" in log.read()


class WithStatusPage(Scheduler):
    """A peer that says by its page that it works."""

    def write(self, count, due, stamps):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        schedule = time.strftime("%M %H %d %m *", time.gmtime(due)) if due else "0 4 1 1 *"
        lines = [f"web:\n  listen:\n    - http://127.0.0.1:{self.port}\njobs:\n"]
        for number in range(count):
            lines.append(f'  - name: job{number}\n    command: {self.tools}/stamp {stamps}\n    schedule: "{schedule}"\n    utc: true\n')
        (self.folder / "jobs.yaml").write_text("".join(lines))

    def words(self):
        return [self.tools / "venv/bin" / self.name, "-c", self.folder / "jobs.yaml", "-l", "WARNING"]

    def is_ready(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/status")
            return connection.getresponse().status == 200
        except OSError:
            time.sleep(0.02)
            return False


class Cronstable(WithStatusPage):
    name = "cronstable"


class Yacron(WithStatusPage):
    name = "yacron"


class Cron(Scheduler):
    """Debian's cron, on a tmpfs of its own in the place of the machine's crontabs."""

    name = "cron"

    @staticmethod
    def is_possible(tools):
        return os.geteuid() == 0 and shutil.which("cron") is not None

    def write(self, count, due, stamps):
        schedule = time.strftime("%M %H %d %m *", time.gmtime(due)) if due else "0 4 1 1 *"
        (self.folder / "crontab").write_text("".join(f"{schedule} root {self.tools}/stamp {stamps}\n" for _ in range(count)))

    def words(self):
        script = (f"mount -t tmpfs none /etc/cron.d && mount -t tmpfs none /var/spool/cron && mount -t tmpfs none /run && "
                  f"cp {self.folder}/crontab /etc/cron.d/bench && chmod 600 /etc/cron.d/bench && : >/etc/crontab.bench; exec cron -f -L 0")
        return ["unshare", "--mount", "sh", "-c", script]

    def is_ready(self):
        # It says nothing; it has read its files when it sleeps until the next minute.
        time.sleep(0.3)
        return True


class SystemdTimers(Scheduler):
    """A timer and a service for each job, under a systemd of its own in a box."""

    name = "systemd timers"
    step = 1
    lead = 10

    @staticmethod
    def is_possible(tools):
        return (tools / "machine").exists()

    def __init__(self, folder, tools):
        self.machine = tools / "machine"
        self.inside = pathlib.Path("/srv") / pathlib.Path(folder).name
        super().__init__(self.machine / self.inside.relative_to("/"), tools)

    def write(self, count, due, stamps):
        moment = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(due)) if due else "*-01-01 04:00:00 UTC"
        units = self.folder / "units"
        units.mkdir(exist_ok=True)
        for number in range(count):
            (units / f"job{number}.timer").write_text(f"[Timer]\nOnCalendar={moment}\nAccuracySec=1us\n")
            (units / f"job{number}.service").write_text(
                f"[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/srv/stamp {self.inside / stamps.name}\n")
        (units / "bench.target").write_text("[Unit]\nWants=" + " ".join(f"job{number}.timer" for number in range(count)) + "\n")
        shutil.copy(self.tools / "stamp", self.machine / "srv/stamp")
        shutil.copy(HERE / "native/in-box", self.machine / "srv/in-box")

    def words(self):
        return [BOXES / "systemd-box", "run", "--quiet", "--timeout", "600", self.machine, "--", "/srv/in-box", self.inside]

    def is_ready(self):
        return (self.folder / "ready").exists()

    def start(self):
        if super().start() is None:
            return None
        # The boot of the box is not the timers'.
        begin, end = map(float, (self.folder / "ready").read_text().split())
        return end - begin

    @property
    def process_id(self):
        """The box's first process, as the host names it: a systemd below the box that is number 1 for itself."""
        parents, first = {}, []
        for status in pathlib.Path("/proc").glob("[0-9]*/status"):
            with contextlib.suppress(OSError):
                fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
                number = int(status.parent.name)
                parents[number] = int(fields["PPid"])
                if fields["Name"] == "systemd" and fields["NSpid"].split()[-1] == "1":
                    first.append(number)
        for number in first:
            above = number
            while above and above != self.process.pid:
                above = parents.get(above)
            if above:
                return number
        raise SystemExit("the box's systemd is not among the processes")

    def ask_to_end(self):
        # Who is not there any more, or not yet, needs no word: what does not end is killed.
        with contextlib.suppress(OSError):
            stop = os.open(self.folder / "stop", os.O_WRONLY | os.O_NONBLOCK)
            os.write(stop, b"\n")
            os.close(stop)


class Loop(Scheduler):
    """posix_spawn of the same program as often, without waiting: no scheduler at all."""

    name = "bare loop"
    step = 1

    def write(self, count, due, stamps):
        self.line = [self.tools / "loop", str(due), str(count), self.tools / "stamp", stamps]

    def words(self):
        return self.line

    def is_ready(self):
        return True

    def ask_to_end(self):
        pass  # It ends by itself.
