"""shellcheck over every shell script, found by its first line, and over the shell texts of the shipped jobs."""
import json
import re
import subprocess
import textwrap

import tree

SHEBANG = re.compile(r"#!\s*/(?:usr/)?bin/(?:env\s+)?(sh|bash|dash)\b")
JOB_TEXT = re.compile(r"^(?P<indent> +)shell: \|\n(?P<body>(?:(?P=indent) +.*\n|\n)+)", re.M)


def check(files):
    scripts = [file for file in files if SHEBANG.match(file.text)]
    if scripts:
        yield from findings(["--", *(str(tree.ROOT / file.path) for file in scripts)], None)
    for file in files:
        if file.path.endswith(".yaml") and file.path.startswith(("jobs.d/", "Plugins/")):
            for found in JOB_TEXT.finditer(file.text):
                first = tree.line_of(file.text, found.start("body"))
                for _, line, message in findings(["--shell=sh", "-"], textwrap.dedent(found["body"])):
                    yield file.path, first + line - 1, message


def findings(arguments, text):
    done = subprocess.run(["shellcheck", "--format=json", *arguments], input=text, capture_output=True, text=True)
    if done.returncode > 1:
        raise SystemExit(f"shellcheck failed: {done.stderr.strip()}")
    for comment in json.loads(done.stdout):
        yield comment["file"].removeprefix(f"{tree.ROOT}/"), comment["line"], f"SC{comment['code']}: {comment['message']}"
