import Glibc

/// What the file system refused, and where.
package struct FileTreeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why it did not work.
    package enum Cause: Hashable, Sendable {
        /// The kernel's error number.
        case system(Int32)
        /// The name stands for another file than a moment ago; nothing was read or changed.
        case replaced
        /// The entry lies on another device or mount than the tree.
        case anotherFileSystem
    }

    /// The verb and what it acted on, for example `open` or `list`.
    package let operation: String
    /// Relative to the root of the tree where there is one.
    package let path: PathBytes
    /// Why.
    package let cause: Cause

    /// Names what failed.
    package init(_ operation: String, _ path: PathBytes, _ cause: Cause) {
        self.operation = operation
        self.path = path
        self.cause = cause
    }

    /// The error that the last call of this thread left in `errno`.
    package static func last(_ operation: String, _ path: PathBytes) -> FileTreeError {
        FileTreeError(operation, path, .system(errno))
    }

    /// The error number, also for causes of our own: `ESTALE` for a replaced file, `EXDEV` for another file system.
    package var code: Int32 {
        switch cause {
        case .system(let code): code
        case .replaced: ESTALE
        case .anotherFileSystem: EXDEV
        }
    }

    /// The same error under a path as the reader knows it.
    package func at(_ path: PathBytes) -> FileTreeError {
        FileTreeError(operation, path, cause)
    }

    /// One line without an end.
    package var description: String {
        "cannot \(operation) \(path): \(reason)"
    }

    /// The reason alone.
    package var reason: String {
        switch cause {
        case .system(let code): String(cString: strerror(code))
        case .replaced: "it was replaced by another file meanwhile"
        case .anotherFileSystem: "it lies on another file system"
        }
    }
}
