import CLinux
import Glibc

/// Operations on whole trees of files; see ``TreeWalk`` for reading one.
package enum FileTree {
    /// The folder that holds a path's last part, and that part, with every link in the path followed once.
    package static func locate(_ path: PathBytes) throws(FileTreeError) -> (parent: HeldDescriptor, name: PathBytes) {
        let resolved = try resolve(path)
        guard let name = resolved.components.last else {
            return (try HeldDescriptor.folder(at: PathBytes("/")), PathBytes("."))
        }
        let parent = resolved.droppingLast(name.bytes.count)
        return (try HeldDescriptor.folder(at: parent), name)
    }

    /// The absolute path without links, `.` and `..`.
    package static func resolve(_ path: PathBytes) throws(FileTreeError) -> PathBytes {
        guard let resolved = path.withCString({ realpath($0, nil) }) else { throw .last("find", path) }
        defer { free(resolved) }
        return PathBytes(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
    }
}
