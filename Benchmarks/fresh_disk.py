"""A disk that no run before has worn."""
import contextlib
import os
import subprocess


@contextlib.contextmanager
def fresh_disk(folder):
    """A new ext4 in a file, for root. What was removed before on the machine's own disk must not count: ext4 gives out inodes slowly that
    were just taken back, and without a journal looks at each of them."""
    image, place = folder / "disk.img", folder / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        yield place, "the machine's own disk"
        return
    with open(image, "wb") as file:
        file.truncate(16 << 30)
    # Inodes for all lives, and written now: the kernel would go on doing that beside what is measured.
    subprocess.run(["mkfs.ext4", "-q", "-F", "-N", "3000000", "-E", "nodiscard,lazy_itable_init=0,lazy_journal_init=0", image], check=True)
    subprocess.run(["mount", "-o", "loop", image, place], check=True)
    try:
        yield place, "a new ext4 in a file"
    finally:
        subprocess.run(["umount", place], check=True)
