"""Words that do not belong into committed files: unfinished work, forced values, places of one machine."""
import re

import tree

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
FORCED = [
    (re.compile(r"\btry!"), "try! ends the program on an error; handle it"),
    (re.compile(r"\bas!"), "as! ends the program on another type; use as? and handle nil"),
    (re.compile(r"\bfatalError\("), "fatalError ends the program; throw an error, or use precondition for a caller's bug"),
    (re.compile(r"\bcatch\s*\{\s*\}"), "an empty catch hides the reason"),
]
# Folders of one machine, and words of whoever wrote the code instead of the code.
MACHINE = re.compile(r"(?<![\w.$})])/(?:work|home/[a-z]\w*|Users/\w+)/[\w.]")
WORKPLACE = re.compile(r"\b(co-?pilot|language model|as requested by|per (?:the )?(?:task|brief)|sub-?agent)\b", re.I)
OWN = "Tests/Lint/rules/words.py"


def check(files):
    for file in files:
        if file.path == OWN:
            continue
        yield from text_findings(file)
        if file.is_swift:
            yield from code_findings(file)


def text_findings(file):
    for number, line in enumerate(file.lines, 1):
        if found := UNFINISHED.search(line):
            yield file.path, number, f"{found.group()} in committed text; open work is an issue"
        if found := MACHINE.search(line):
            yield file.path, number, f"{found.group()}... is a folder of one machine"
        if found := WORKPLACE.search(line):
            yield file.path, number, f'"{found.group()}" is not about the project'


def code_findings(file):
    for number, line in enumerate(file.code_lines, 1):
        if number > 1 and "catch" in line and re.search(r"catch\s*\{\s*$", line) and file.code_lines[number].strip() == "}" \
                and "//" not in file.lines[number - 1]:
            yield file.path, number, "an empty catch hides the reason"
        for pattern, message in FORCED:
            if pattern.search(line):
                yield file.path, number, message
