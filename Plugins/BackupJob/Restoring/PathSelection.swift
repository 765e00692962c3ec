import FileTree

/// Which entries of a point are meant: all, or those at and below some paths.
struct PathSelection {
    private let paths: [PathBytes]

    /// - Parameter paths: as in the manifest, with the source's name in front; none for everything.
    init(_ paths: [String]) {
        self.paths = paths.map { PathBytes($0.utf8.split(separator: UInt8(ascii: "/")).joined(separator: [UInt8(ascii: "/")])) }
    }

    /// Whether an entry is meant.
    func holds(_ path: PathBytes) -> Bool {
        paths.isEmpty || paths.contains { path == $0 || path.isBelow($0) }
    }
}
