"""Imports go down only, and a module that is not ours is imported in one folder."""
import re

import tree

# What each target may import of ours; the picture is in docs/architecture.md.
LAYERS = {
    "CronSchedule": set(),
    "JobKit": set(),
    "SchedulerCore": {"CronSchedule", "JobKit"},
    "WorkerHost": {"JobKit"},
    "Processes": {"CLinux"},
    "FileTree": {"CLinux"},
    "Archive": {"CArchive", "CZstd", "CLinux", "Processes"},
    "AgeFormat": set(),
    "SQLiteFiles": {"CLinux", "CSQLite"},
    "Transfer": {"CCurl", "JobKit"},
    "JobFiles": {"CLinux", "CYAML", "CronSchedule", "JobKit", "SchedulerCore"},
    "Ledger": {"CLinux", "CronSchedule", "JobKit", "SchedulerCore"},
    "Runner": {"CLinux", "CronSchedule", "JobKit", "SchedulerCore"},
    "Notify": {"CLinux", "CronSchedule", "JobKit", "Processes", "SchedulerCore", "Transfer"},
    "ControlClient": {"CLinux", "CronSchedule", "JobKit", "SchedulerCore", "Transfer"},
    "ControlAPI": {"CLinux", "ControlClient"},
    "Daemon": {
        "CLinux", "ControlAPI", "ControlClient", "CronSchedule", "JobKit", "SchedulerCore", "JobFiles", "Ledger", "Notify", "Processes", "Runner"},
    "acore-sched": {"CLinux", "ControlClient", "CronSchedule", "JobKit", "SchedulerCore", "JobFiles", "Ledger", "Processes", "Runner", "Daemon"},
}
SHARED_BY_PLUGINS = {"JobKit", "CLinux", "FileTree", "Processes", "Archive", "AgeFormat", "SQLiteFiles", "Transfer"}

# Modules of others, each with the folders that may import it.
FOREIGN = {
    "GRDB": {"BackupJob", "Ledger"},
    "ArgumentParser": {"acore-sched"},
    "HeapModule": {"SchedulerCore"},
    "Crypto": {"AgeFormat", "Archive", "Notify"},
    "Logging": {"ControlAPI", "Daemon", "acore-sched"},
    "Hummingbird": {"ControlAPI"},
    "HummingbirdCore": {"ControlAPI"},
    "HTTPTypes": {"ControlAPI"},
    "NIOCore": {"ControlAPI"},
    "NIOPosix": {"ControlAPI"},
    "ServiceLifecycle": {"ControlAPI"},
}
SYSTEM = {"Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc", "Synchronization", "Testing", "Dispatch", "SwiftOverlayShims"}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)")


def check(files):
    swift = [file for file in files if file.is_swift]
    ours = {file.path.split("/")[1] for file in files if file.path.startswith(("Sources/", "Plugins/")) and file.target}
    for file in swift:
        for number, line in enumerate(file.code_lines, 1):
            if found := IMPORT.match(line):
                if message := complaint(file, found.group(1), ours):
                    yield file.path, number, message


def complaint(file, module, ours):
    if file.path.startswith("Tests/") or not file.target:
        return None
    if module in FOREIGN:
        if file.target in FOREIGN[module]:
            return None
        return f"{module} is imported in {' and '.join(sorted(FOREIGN[module]))} only"
    if module in SYSTEM:
        return None
    if module not in ours:
        return f"{module} is not known here; a new dependency gets a line in Tests/Lint/rules/imports.py"
    if module == file.target or module in allowed(file, ours):
        return None
    return f"{file.target} must not import {module}: imports go down only"


def allowed(file, ours):
    if file.path.startswith("Plugins/"):
        return SHARED_BY_PLUGINS
    if file.target == "acore-sched-worker":
        return {"WorkerHost"} | {target for target in ours if target.endswith("Job")}
    return LAYERS.get(file.target, set())
