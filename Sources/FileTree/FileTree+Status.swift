import CLinux
import Glibc

extension FileTree {
    /// What a whole path leads to, links followed: for places that an operator named. Needs no right to the place itself.
    package static func status(at path: PathBytes) throws(FileTreeError) -> FileStatus {
        var raw = statx()
        guard path.withCString({ linux_statx(AT_FDCWD, $0, 0, FileStatus.mask, &raw) }) == 0 else { throw .last("find", path) }
        guard let status = FileStatus(raw) else { throw FileTreeError("find", path, .system(EINVAL)) }
        return status
    }
}
