import Foundation

/// Changes a tree at random, in every way that a backup has to notice.
struct TreeMutator {
    let scratch: Scratch
    let seed: UInt64

    /// Does some changes; the same for the same step of the same seed.
    func mutate(_ folder: String, step: Int, changes: Int) throws {
        try Self.program.write(toFile: scratch.path + "/mutate.py", atomically: true, encoding: .utf8)
        try scratch.shell("python3 mutate.py \(folder) \(seed) \(step) \(changes)")
    }

    private static let program = #"""
        import os, random, shutil, subprocess, sys
        root, seed, step, changes = sys.argv[1].encode(), *map(int, sys.argv[2:5])
        dice = random.Random(seed * 1000 + step)
        names = [b'a', b'b-c', b'b', b'\xc3\xbc', b'u\xcc\x88', b'\xff\xfe', b'new\nline', b'-rf', b' blank ', b'B', b'b.d', b'z' * 200]

        def walk():
            files, folders = [], [root]
            for path, inner, outer in os.walk(root):
                folders += [os.path.join(path, name) for name in inner if not os.path.islink(os.path.join(path, name))]
                files += [os.path.join(path, name) for name in outer + inner if not os.path.isdir(os.path.join(path, name))
                          or os.path.islink(os.path.join(path, name))]
            return sorted(files), sorted(folders)

        def plain(path): return os.path.isfile(path) and not os.path.islink(path)
        def content(): return dice.randbytes(dice.choice([0, 1, 100, 5000, 70000]))
        def fresh(folders): return os.path.join(dice.choice(folders), dice.choice(names))
        def gone(path):
            if os.path.isdir(path) and not os.path.islink(path): shutil.rmtree(path)
            elif os.path.lexists(path): os.unlink(path)

        def create(files, folders):
            path = fresh(folders)
            if not os.path.lexists(path):
                with open(path, 'wb') as file: file.write(content())
        def folder(files, folders):
            path = fresh(folders)
            if not os.path.lexists(path): os.mkdir(path)
        def rewrite(files, folders):
            path = dice.choice(files)
            if plain(path):
                with open(path, 'r+b') as file: file.truncate(0); file.write(content())
        def same_size(files, folders):
            path = dice.choice(files)
            if plain(path) and os.path.getsize(path):
                before = os.stat(path)
                with open(path, 'r+b') as file: file.write(bytes([dice.randrange(256)]))
                os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        def append(files, folders):
            path = dice.choice(files)
            if plain(path):
                with open(path, 'ab') as file: file.write(b'more')
        def remove(files, folders): gone(dice.choice(files + folders[1:]))
        def rename(files, folders):
            old, new = dice.choice(files + folders[1:]), fresh(folders)
            if new != old and not new.startswith(old + b'/') and not os.path.lexists(new): os.rename(old, new)
        def mode(files, folders):
            path = dice.choice(files + folders)
            if not os.path.islink(path): os.chmod(path, dice.choice([0o700, 0o755, 0o750, 0o1777, 0o600 if plain(path) else 0o711, 0o4755]))
        def owner(files, folders):
            if os.geteuid() == 0: os.lchown(dice.choice(files + folders), dice.choice([0, 1, 3000000]), dice.choice([0, 7]))
        def link(files, folders):
            path = fresh(folders)
            if not os.path.lexists(path): os.symlink(dice.choice([b'a', b'/nowhere', b'../b']), path)
        def hard(files, folders):
            old, new = dice.choice(files), fresh(folders)
            if plain(old) and not os.path.lexists(new): os.link(old, new)
        def fifo(files, folders):
            path = fresh(folders)
            if not os.path.lexists(path): os.mkfifo(path)
        def swap(files, folders):
            path = dice.choice(files + folders[1:])
            gone(path)
            dice.choice([lambda: os.mkdir(path), lambda: os.symlink(b'x', path), lambda: open(path, 'wb').close()])()
        def stamp(files, folders):
            path = dice.choice(files + folders)
            os.utime(path, ns=(0, dice.choice([-1500000000, 0, 999999999123456789])), follow_symlinks=False)
        def holes(files, folders):
            path = dice.choice(files)
            if plain(path): os.truncate(path, dice.choice([10, 3000000]))
        def attribute(files, folders):
            path = dice.choice(files + folders)
            if os.path.islink(path): return
            if b'user.x' in [name.encode() for name in os.listxattr(path)]: os.removexattr(path, b'user.x')
            elif plain(path) or os.path.isdir(path): os.setxattr(path, b'user.x', dice.randbytes(5))
        def access(files, folders):
            path = dice.choice(files + folders)
            if os.path.islink(path): return
            words = [['-b'], ['-m', 'u:%d:rw' % dice.randrange(1, 9)]] + ([['-d', '-m', 'g:7:rx'], ['-k']] if path in folders else [])
            subprocess.run(['setfacl'] + dice.choice(words) + ['--', path], check=True)

        acts = [create, create, folder, rewrite, rewrite, same_size, append, remove, rename, rename, mode, owner, link, hard, hard, fifo, swap,
                stamp, holes, attribute, attribute, access, access]
        for _ in range(changes):
            files, folders = walk()
            act = dice.choice(acts if files else [create])
            act(files, folders)
        """#
}
