"""Programs that are measured: each makes points of one tree in a repository of its own, and what they take is measured from outside."""
import json
import os
import pathlib
import shutil
import subprocess
import time


def measure(words, **options):
    """Runs a program: its wall time in seconds and its largest memory, with all it started, in MiB."""
    start = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{words} ended with {process.returncode}: {output.decode(errors='replace')[-2000:]}")
    return time.monotonic() - start, usage.ru_maxrss / 1024, output.decode(errors="replace")


def size_of(folder):
    return sum(path.stat().st_blocks * 512 for path in pathlib.Path(folder).rglob("*") if path.is_file() and not path.is_symlink())


class Tool:
    """The folder of a tool, new for each round."""
    def __init__(self, folder, sources):
        self.folder, self.sources = folder, sources
        self.memory = 0
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def take(self, words, **options):
        elapsed, memory, output = measure([str(word) for word in words], **options)
        self.memory = max(self.memory, memory)
        return elapsed, output

    def target(self):
        place = self.folder / "restored"
        shutil.rmtree(place, ignore_errors=True)
        return place


class Ours(Tool):
    name = "acore-sched"

    def __init__(self, folder, sources, worker):
        super().__init__(folder, sources)
        self.worker = worker

    def call(self, verb, settings=(), argv=(), action="run"):
        request = {
            "v": 1, "run": "01M8AAAAAAAAAAAAAAAAAAAAAA", "job": "bench", "attempt": 1, "grace_s": 5, "state_dir": str(self.folder), "dry_run": False,
            "settings": {"repository": str(self.folder / "repo"), "sources": {"tree": str(self.sources)}, **dict(settings)}}
        if action == "verb":
            request |= {"verb": verb, "argv": list(argv)}
        path = self.folder / "request"
        path.write_text(json.dumps(request) + "\n")
        words = [self.worker, "backup", action] + ([verb] if action == "verb" else [])
        with open(path) as given:
            elapsed, output = self.take(words, stdin=given)
        result = json.loads(output.strip().splitlines()[-1]) if action == "run" or verb == "restore" else {}
        if result and result.get("outcome") != "succeeded":
            raise SystemExit(f"acore-sched: {result}")
        return elapsed

    def full(self):
        return self.call("full", {"type": "full"})

    def again(self):
        return self.call("incremental", {"type": "incremental"})

    def verify(self):
        return self.call("verify", action="verb")

    def restore(self):
        return self.call("restore", argv=["latest", "--to", str(self.target())], action="verb")

    def stored(self):
        return size_of(self.folder / "repo")


class Tar(Tool):
    name = "tar, zstd -3 -T2"
    again = None

    def shell(self, line):
        return self.take(["bash", "-o", "pipefail", "-c", line])[0]

    def full(self):
        return self.shell(f"tar -C {self.sources} -c . | zstd -q -f -3 -T2 -o {self.folder}/F && sync {self.folder}/F")

    def verify(self):
        return self.shell(f"zstd -q -t {self.folder}/F")

    def restore(self):
        place = self.target()
        return self.shell(f"mkdir {place} && zstd -q -dc {self.folder}/F | tar -C {place} -x")

    def stored(self):
        return size_of(self.folder)


class Restic(Tool):
    name = "restic"

    def __init__(self, folder, sources):
        super().__init__(folder, sources)
        self.environment = os.environ | {
            "RESTIC_PASSWORD": "x", "RESTIC_REPOSITORY": str(folder / "repo"), "RESTIC_CACHE_DIR": str(folder / "cache")}
        self.restic("init")

    def restic(self, *words):
        return self.take(["restic", "--quiet", *words], env=self.environment)[0]

    def full(self):
        return self.restic("backup", self.sources)

    again = full

    def verify(self):
        return self.restic("check", "--read-data")

    def restore(self):
        return self.restic("restore", "latest", "--target", self.target())

    def stored(self):
        return size_of(self.folder / "repo")


class Borg(Tool):
    name = "borg"

    def __init__(self, folder, sources):
        super().__init__(folder, sources)
        self.count = 0
        self.environment = os.environ | {"BORG_BASE_DIR": str(folder / "base"), "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes"}
        self.take(["borg", "init", "--encryption", "none", folder / "repo"], env=self.environment)

    def full(self):
        self.count += 1
        return self.take(
            ["borg", "create", "--compression", "zstd,3", f"{self.folder}/repo::{self.count}", self.sources], env=self.environment)[0]

    again = full

    def verify(self):
        return self.take(["borg", "check", "--verify-data", self.folder / "repo"], env=self.environment)[0]

    def restore(self):
        place = self.target()
        place.mkdir()
        return self.take(["borg", "extract", f"{self.folder}/repo::{self.count}"], env=self.environment, cwd=place)[0]

    def stored(self):
        return size_of(self.folder / "repo")
