"""Files up to 400 lines, functions up to 40: from the line of `func`, `init` or `deinit` to its closing brace.

A longer one says why at its head: `// long: reason`, in the line above, or in the first line of a file.
"""
import re

import tree

FILE_LINES = 400
FUNCTION_LINES = 40
HEAD = re.compile(r"(?<![\w.`])(func\s+[^\s(<]+|init[?!]?(?=\s*[(<])|deinit|subscript(?=\s*[(<]))")
C_FUNCTION = re.compile(r"^(?!typedef|struct|enum|union)\w[^;={}\n]*?(?P<name>\w+)\([^;{}]*\)\s*\{\n.*?^\}", re.M | re.S)
REASON = "// long: "


def check(files):
    for file in files:
        if file.path.endswith((".swift", ".c", ".h", ".py")) or file.path.startswith("Tests/Lint/"):
            if len(file.lines) > FILE_LINES + 1 and not file.lines[0].startswith(REASON):
                yield file.path, FILE_LINES, f"the file has {len(file.lines)} lines, more than {FILE_LINES}; split it by topic"
        if tree.in_our_code(file):
            yield from long_functions(file)
        elif file.path.startswith("Sources/") and file.path.endswith((".c", ".h")):
            yield from long_c_functions(file)


def long_functions(file):
    code = file.code
    for found in HEAD.finditer(code):
        end = body_end(code, found.end())
        if end is None:
            continue
        first, last = tree.line_of(code, found.start()), tree.line_of(code, end)
        above = file.lines[first - 2] if first > 1 else ""
        if last - first + 1 > FUNCTION_LINES and REASON not in above:
            name = found.group().removeprefix("func").strip()
            yield file.path, first, f"{name} has {last - first + 1} lines, more than {FUNCTION_LINES}; split it, or say why: {REASON}reason"


def long_c_functions(file):
    """As clang-format writes them: the head begins a line, and so does the closing brace."""
    for found in C_FUNCTION.finditer(file.text):
        first, last = tree.line_of(file.text, found.start()), tree.line_of(file.text, found.end() - 1)
        above = file.lines[first - 2] if first > 1 else ""
        if last - first + 1 > FUNCTION_LINES and REASON not in above:
            yield file.path, first, f"{found['name']} has {last - first + 1} lines, more than {FUNCTION_LINES}; split it, or say why: {REASON}reason"


def body_end(code, start):
    """The offset of the closing brace; None for a declaration without body."""
    depth = 0
    for offset in range(start, len(code)):
        character = code[offset]
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
            if depth < 0:
                return None
        elif character == "}" and depth == 0:
            return None
        elif character == "{" and depth == 0:
            return closing(code, offset)
        elif character == "\n" and depth == 0 and ends_declaration(code, offset):
            return None
    return None


def ends_declaration(code, offset):
    """Whether no body follows the line break: the next word begins something else."""
    rest = code[offset:offset + 400].lstrip()
    return not rest.startswith(("{", "where", "->", "throws", "async", "(", ")")) and not code[:offset].rstrip().endswith((",", "->", "where", "&", "("))


def closing(code, start):
    depth = 0
    for offset in range(start, len(code)):
        if code[offset] == "{":
            depth += 1
        elif code[offset] == "}":
            depth -= 1
            if depth == 0:
                return offset
    return None
