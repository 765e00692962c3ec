import Foundation

/// Changes the sizes and contents of large files at random, around the size where patches begin, in every way that a program can.
struct LargeFileMutator {
    let scratch: Scratch
    let seed: UInt64

    /// Does some changes; the same for the same step of the same seed.
    /// - Returns: what it did, a line each.
    func mutate(_ folder: String, step: Int, changes: Int) throws -> String {
        try Self.program.write(toFile: scratch.path + "/mutate-large.py", atomically: true, encoding: .utf8)
        return try scratch.shell("python3 mutate-large.py \(folder) \(seed) \(step) \(changes)")
    }

    private static let program = #"""
        import os, random, subprocess, sys
        root, seed, step, changes = sys.argv[1], *map(int, sys.argv[2:5])
        dice = random.Random(seed * 1000 + step)
        MEBI = 1 << 20
        SIZES = [16 * MEBI - 1, 16 * MEBI, 16 * MEBI + 1, 17 * MEBI, 20_000_000, 33 * MEBI, 40 * MEBI]
        names = [os.path.join(root, name) for name in ['a', 'b', 'c d']]

        # Each mebibyte is its own, and compresses well: chains do not get so large that they end.
        def content(size): return b''.join(dice.randbytes(4096) * 256 for _ in range(-(-size // MEBI)))[:size]
        def create(path, size=None):
            with open(path, 'wb') as file: file.write(content(size or dice.choice(SIZES)))
        def border(low, high):
            if high <= low: return low
            return dice.choice([dice.randint(low, high), dice.randint(low // MEBI, high // MEBI) * MEBI, 16 * MEBI + dice.randint(-1, 1)])
        def size(path): return os.path.getsize(path)

        def cut(path): os.truncate(path, min(size(path), border(16 * MEBI, size(path))))
        def cut_far(path): os.truncate(path, min(size(path), dice.choice([0, 1, 5 * MEBI, 16 * MEBI - 1, 16 * MEBI])))
        def grow(path): os.truncate(path, max(size(path), border(size(path), min(size(path) + 12 * MEBI, 48 * MEBI))))
        def regrow(path):
            before = size(path)
            cut(path)
            os.truncate(path, before)
        def hole(path):
            if size(path):
                start = min(border(0, size(path)), size(path) - 1)
                subprocess.run(['fallocate', '-p', '-o', str(start), '-l', str(dice.choice([1, 4096, MEBI, 9 * MEBI])), path], check=True)
        def append(path):
            with open(path, 'ab') as file: file.write(content(dice.choice([1, 4096, MEBI, 3 * MEBI + 5])))
        def write(path):
            with open(path, 'r+b') as file:
                for _ in range(dice.randint(1, 3)):
                    file.seek(max(0, min(border(0, size(path)), size(path) - 1)))
                    file.write(dice.randbytes(dice.choice([1, 2, 5000])))
        def touch(path): os.utime(path, ns=(0, dice.choice([0, 1, 999999999123456789, -1500000000, -500000000])))
        def replace(path): create(path + '.new'); os.rename(path + '.new', path)
        def rename_over(path):
            with open(path, 'rb') as old, open(path + '.new', 'wb') as new: new.write(old.read())
            dice.choice([cut, grow, write, touch, append])(path + '.new')
            os.chmod(path + '.new', os.stat(path).st_mode & 0o777)
            os.rename(path + '.new', path)
        def rename_other_over(path):
            other = dice.choice([name for name in names if name != path])
            if os.path.exists(other): os.rename(other, path)
        def exchange(path):
            other = dice.choice([name for name in names if name != path])
            if os.path.exists(other):
                os.rename(path, path + '.x'); os.rename(other, path); os.rename(path + '.x', other)
        def remove(path): os.unlink(path)
        def link(path):
            other = path + '.link'
            if os.path.exists(other): os.unlink(other)
            else: os.link(path, other)
        def mode(path): os.chmod(path, dice.choice([0o600, 0o644]))
        def attribute(path):
            if os.listxattr(path): os.removexattr(path, 'user.x')
            else: os.setxattr(path, 'user.x', b'1')

        if step == 0:
            for name in names: create(name)
        # Those of which an increment makes patches are the most likely ones.
        often = [cut, cut, cut, cut, grow, grow, regrow, hole, append, write, write, touch, rename_over, rename_over]
        seldom = [cut_far, replace, rename_other_over, exchange, remove, link, mode, attribute]
        for _ in range(0 if step == 0 else changes):
            path, act = dice.choice(names), dice.choice(often + often + seldom)
            if not os.path.exists(path): act = create
            before = size(path) if os.path.exists(path) else -1
            act(path)
            print(act.__name__, path, before, size(path) if os.path.exists(path) else -1)
        """#
}
