"""The files of the project, and Swift text without its comments and strings."""
import dataclasses
import functools
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BLANKED = re.compile(
    r'//[^\n]*|/\*.*?\*/|#"""(?:.*?)"""#|"""(?:\\.|.)*?"""|##"(?:.*?)"##|#"(?:[^\n]*?)"#|"(?:\\\((?:[^()"]|"[^"\n]*"|\((?:[^()"]|"[^"\n]*")*\))*\)|\\.|[^"\\\n])*"',
    re.S)


@dataclasses.dataclass(frozen=True)
class File:
    path: str
    text: str

    @property
    def is_swift(self):
        return self.path.endswith(".swift")

    @property
    def target(self):
        """The folder below Sources, Plugins or Tests; empty elsewhere."""
        parts = self.path.split("/")
        return parts[1] if len(parts) > 2 and parts[0] in ("Sources", "Plugins", "Tests") else ""

    @property
    def lines(self):
        return self.text.split("\n")

    @functools.cached_property
    def code(self):
        """The text with comments and strings blanked; line numbers stay."""
        return BLANKED.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), self.text)

    @property
    def code_lines(self):
        return self.code.split("\n")


def files():
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], check=True, capture_output=True, text=True)
    found = []
    for name in sorted(set(listed.stdout.split("\0")) - {""}):
        path = ROOT / name
        if not path.is_file() or path.is_symlink():
            continue
        content = path.read_bytes()
        if b"\0" in content or b"/corpus/" in name.encode():
            continue
        found.append(File(name, content.decode("utf-8", "replace")))
    return found


def in_our_code(file):
    return file.is_swift and file.path.startswith(("Sources/", "Plugins/"))


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
