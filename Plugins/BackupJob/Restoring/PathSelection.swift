import FileTree

/// Which entries of a point are meant: all, or those at and below some paths.
struct PathSelection {
    private let paths: [PathBytes]

    /// - Parameter paths: as in the manifest, with the source's name in front; none for everything.
    init(_ paths: [String]) {
        self.paths = paths.map(Self.normalized)
    }

    /// A path as the manifest has it, without slashes that say nothing.
    static func normalized(_ path: String) -> PathBytes {
        PathBytes(path.utf8.split(separator: UInt8(ascii: "/")).joined(separator: [UInt8(ascii: "/")]))
    }

    /// Whether an entry is meant.
    func holds(_ path: PathBytes) -> Bool {
        paths.isEmpty || paths.contains { path == $0 || path.isBelow($0) }
    }
}
