import FileTree

/// Which entries of a point are meant: all, or those at and below some paths.
struct PathSelection {
    private let paths: [PathBytes]

    /// - Parameter paths: as in the manifest, with the source's name in front; none for everything.
    init(_ paths: [PathBytes]) {
        self.paths = paths
    }

    /// As people write them.
    init(_ texts: [String]) {
        self.init(texts.flatMap(Self.meanings))
    }

    /// What somebody may mean who wrote a path, without slashes that mean nothing.
    static func meanings(of text: String) -> [PathBytes] {
        PathBytes.meanings(of: text).map { PathBytes($0.components.map(\.bytes).joined(separator: [UInt8(ascii: "/")])) }
    }

    /// Whether an entry is meant.
    func holds(_ path: PathBytes) -> Bool {
        paths.isEmpty || paths.contains { path == $0 || path.isBelow($0) }
    }

    /// Whether an entry is itself named.
    func names(_ path: PathBytes) -> Bool { paths.contains(path) }
}
