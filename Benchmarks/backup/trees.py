"""Trees to store, the same for the same seed. Half of each cannot be compressed."""
import random
import sqlite3

MEBI = 1 << 20


def half(dice, size):
    """Bytes of which one half is noise and the other text of a few words."""
    words = [b"error ", b"message ", b"channel ", b"user ", b"2026-11-30T12:00:00Z ", b"ok\n", b"timeout ", b"42 "]
    pieces, left = [], size
    while left > 0:
        piece = dice.randbytes(min(left, 2048)) + b"".join(dice.choices(words, k=330))[:2048]
        pieces.append(piece[:left])
        left -= len(piece)
    return b"".join(pieces)


def blocks(dice, size):
    """The same for large files, from a stock of blocks that are put together anew, each with noise of its own."""
    stock = [half(dice, MEBI // 2) for _ in range(8)]
    done = 0
    while done < size:
        text = dice.choice(stock)
        block = b"".join(dice.randbytes(2048) + text[at + 2048:at + 4096] for at in range(0, len(text), 4096))
        yield block[:size - done]
        done += len(block)


def database(path, size):
    dice = random.Random(7)
    with sqlite3.connect(path) as base:
        base.execute("pragma journal_mode=wal")
        base.execute("create table messages (id integer primary key, body blob)")
        rows = size // 4200
        base.executemany("insert into messages (body) values (?)", ((half(dice, 4096),) for _ in range(rows)))
    base.close()


def mixed(folder, scale):
    """1 GiB: a database in use of 64 MiB, and files from 1 KiB to 64 MiB in a hundred folders."""
    dice = random.Random(1)
    database(folder / "bot.sqlite", max(1, int(64 * scale)) * MEBI)
    left, number = int((1024 - 64) * scale) * MEBI, 0
    while left > 0:
        size = min(left, int(1024 * 2 ** dice.uniform(0, 16)))
        place = folder / f"d{number % 100}"
        place.mkdir(exist_ok=True)
        with open(place / f"f{number}", "wb") as file:
            for block in blocks(dice, size) if size > MEBI else [half(dice, size)]:
                file.write(block)
        left -= size
        number += 1


def small(folder, scale):
    """100,000 small files, 400 in a folder."""
    dice = random.Random(2)
    stock = half(dice, 8 * MEBI)
    for number in range(int(100_000 * scale)):
        place = folder / f"d{number // 400}"
        place.mkdir(exist_ok=True)
        size, start = int(2 ** dice.uniform(6, 13)), dice.randrange(len(stock) - 8192)
        (place / f"f{number}").write_bytes(dice.randbytes(16) + stock[start:start + size])


def big(folder, scale):
    """One file of 2 GiB."""
    dice = random.Random(3)
    with open(folder / "image", "wb") as file:
        for block in blocks(dice, int(2048 * scale) * MEBI):
            file.write(block)


def change(folder, dice):
    """1 %: of many files so many are written anew, of one file so much in twenty places."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".sqlite" not in path.name)
    if len(files) == 1:
        size = files[0].stat().st_size
        piece = size // 100 // 20
        with open(files[0], "r+b") as file:
            for _ in range(20):
                file.seek(dice.randrange(size - piece))
                file.write(dice.randbytes(piece))
        return
    for path in dice.sample(files, max(1, len(files) // 100)):
        path.write_bytes(half(dice, path.stat().st_size))


ALL = {"mixed 1 GiB": mixed, "100,000 small files": small, "one file of 2 GiB": big}
