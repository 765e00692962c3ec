"""`public` and `open` are promises to authors of plugins: in these targets only. Between our own targets the word is `package`."""
import re

import tree

PUBLIC = {"CronSchedule", "JobKit", "WorkerHost"}
WORD = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(public|open)\s+(?!\()")


def check(files):
    for file in filter(tree.in_our_code, files):
        if file.target in PUBLIC:
            continue
        for number, line in enumerate(file.code_lines, 1):
            if found := WORD.search(line):
                yield file.path, number, f"{found.group(1)} outside {', '.join(sorted(PUBLIC))}; write package"
