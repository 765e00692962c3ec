"""Tests: none forgotten, none that waits for time, none lost."""
import re

import tree
from rules import lengths

COUNT_FILE = "Tests/Lint/test-count"
FUNCTION = re.compile(r"^(?P<indent>[ \t]*)(?P<words>(?:[\w@]+(?:\([^)\n]*\))?\s+)*)func\s+(?P<name>`[^`\n]+`|\w+)\s*(?:<[^>\n]*>)?\(", re.M)
EXPECTATION = re.compile(r"#(?:expect|require)\b|Issue\.record\(")
SLEEP = re.compile(r"\bTask\.sleep\b|\busleep\(|\bnanosleep\(|\bThread\.sleep\b|(?<![\w.])sleep\(\s*\d")
TEST = re.compile(r"@Test\b")


def check(files):
    suites = [file for file in files if file.is_swift and file.path.startswith("Tests/")]
    for file in suites:
        yield from forgotten(file)
        for number, line in enumerate(file.code_lines, 1):
            if found := SLEEP.search(line):
                yield file.path, number, f"{found.group().rstrip('(')} waits for time; wait for the event instead"
    yield from lost(files, sum(len(TEST.findall(file.code)) for file in suites))


def forgotten(file):
    """A function without arguments, or one in a suite, that states something with #expect but is no test."""
    code = file.code
    if is_support(file):
        return
    for found in FUNCTION.finditer(code):
        if "@Test" in attributes(code, found.start()) or "private" in found["words"] or "static" in found["words"]:
            continue
        end = lengths.body_end(code, found.end() - 1)
        arguments = code[found.end():].lstrip()
        if end is None or not arguments.startswith(")") or not EXPECTATION.search(code[found.end():end]):
            continue
        if "func" in code[max(0, found.start("words")):found.start("words")] or depth(code, found.start()) > 1:
            continue
        yield file.path, tree.line_of(code, found.start("name")), f"{found['name']} looks like a test and lacks @Test; a helper is private"


def is_support(file):
    """Whether a file only helps tests: neither a test nor a suite, and not named like one."""
    return not TEST.search(file.code) and "@Suite" not in file.code and not file.path.endswith("Tests.swift")


def attributes(code, start):
    """What stands between the end of the declaration before and this one, and in its own line."""
    head = code[:start]
    before = max(head.rfind("}"), head.rfind("{"), head.rfind(";"))
    line_end = code.find("\n", start)
    tail = code[start:line_end if line_end >= 0 else None]
    at_test = head.rfind("@Test")
    if at_test >= 0 and not re.search(r"\bfunc\b", head[at_test:]):
        return "@Test"
    return head[before + 1:] + tail.split("func")[0]


def depth(code, offset):
    return code.count("{", 0, offset) - code.count("}", 0, offset)


def lost(files, total):
    floor = next((int(file.text.split()[0]) for file in files if file.path == COUNT_FILE), None)
    if floor is None:
        yield COUNT_FILE, 1, f"the file is missing; it holds the least number of @Test, now {total}"
    elif total < floor:
        yield COUNT_FILE, 1, f"there are {total} @Test, fewer than {floor}; a test that went on purpose lowers this number by hand"
