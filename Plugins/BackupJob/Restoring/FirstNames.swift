import FileTree

/// Files with several names of which the first is not restored.
struct FirstNames {
    private let needed: Set<PathBytes>
    private var entries: [PathBytes: ManifestEntry] = [:]
    private var made: [PathBytes: PathBytes] = [:]

    /// - Parameter needed: first names that are not restored, and others of whose files are.
    init(needed: Set<PathBytes>) {
        self.needed = needed
    }

    /// Remembers an entry that will be needed.
    mutating func note(_ entry: ManifestEntry) {
        if !needed.isEmpty, needed.contains(entry.path) { entries[entry.path] = entry }
    }

    /// The entry of a first name.
    func entry(_ first: PathBytes) -> ManifestEntry? { entries[first] }

    /// The name under which the file was made instead.
    func made(_ first: PathBytes) -> PathBytes? { made[first] }

    /// Says under which name the file was made.
    mutating func make(_ first: PathBytes, as path: PathBytes) { made[first] = path }
}
