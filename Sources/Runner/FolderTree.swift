import CLinux
import Glibc

/// Removes a run's own folders. It never follows a link and never enters another file system.
struct FolderTree {
    private static let fix = "remove it by hand, as the user who owns it"
    /// Each level holds a descriptor; folders below this one are moved up before they are emptied.
    private static let depthBound = 32

    private let root: Descriptor
    private let path: String
    private let device: UInt
    private var moved = 0

    /// Removes a folder and everything in it; not an error when it is not there.
    static func remove(_ path: String) throws(RunnerError) {
        let number = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if number < 0 && errno == ENOENT { return }
        guard number >= 0 else { throw .last("open", path, fix: fix) }
        var tree = try FolderTree(root: Descriptor(number), path: path)
        repeat { tree.moved = 0; try tree.empty(tree.root, depth: 0) } while tree.moved > 0
        if rmdir(path) != 0 && errno != ENOENT { throw .last("remove", path, fix: fix) }
    }

    private init(root: Descriptor, path: String) throws(RunnerError) {
        var status = stat()
        guard fstat(root.number, &status) == 0 else { throw .last("look at", path, fix: Self.fix) }
        self.root = root
        self.path = path
        device = status.st_dev
    }

    private func failure(_ action: String) -> RunnerError { .last(action, "a file below " + path, fix: Self.fix) }

    private mutating func empty(_ folder: Descriptor, depth: Int) throws(RunnerError) {
        for name in try names(in: folder) {
            if unlinkat(folder.number, name, 0) == 0 || errno == ENOENT { continue }
            guard errno == EISDIR || errno == EPERM else { throw failure("remove") }
            if depth >= Self.depthBound {
                try moveUp(name, from: folder)
            } else {
                try emptyInner(name, of: folder, depth: depth + 1)
            }
        }
    }

    private mutating func emptyInner(_ name: [CChar], of folder: Descriptor, depth: Int) throws(RunnerError) {
        let number = openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { throw failure("open") }
        let inner = Descriptor(number)
        var status = stat()
        guard fstat(number, &status) == 0 else { throw failure("look at") }
        guard status.st_dev == device else { throw .system(action: "remove", subject: path, code: EXDEV, fix: "unmount what lies in it") }
        try empty(inner, depth: depth)
        guard unlinkat(folder.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT else { throw failure("remove") }
    }

    /// Puts a deep folder directly below the root, where the next round finds it.
    private mutating func moveUp(_ name: [CChar], from folder: Descriptor) throws(RunnerError) {
        repeat { moved += 1 } while faccessat(root.number, "deep-\(moved)", F_OK, AT_SYMLINK_NOFOLLOW) == 0
        guard renameat(folder.number, name, root.number, "deep-\(moved)") == 0 else { throw failure("move") }
    }

    private func names(in folder: Descriptor) throws(RunnerError) -> [[CChar]] {
        let copy = openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { throw failure("read") }
        defer { closedir(stream) }
        var names: [[CChar]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }.map { CChar(bitPattern: $0) }) + [0] }
            if name != [46, 0] && name != [46, 46, 0] { names.append(name) }
        }
        return names
    }
}
