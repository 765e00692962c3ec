import FileTree
import Glibc

/// What a restore is going to make, found by one reading of the manifest.
struct RestorePlan {
    let selection: PathSelection
    /// Entries that are meant.
    private(set) var entries = 0
    /// Regular files of them, each name of a file counted once.
    private(set) var files = 0
    /// Bytes of their content.
    private(set) var bytes: Int64 = 0
    /// First names of files that are not meant, while others of theirs are.
    private(set) var absentFirstNames: Set<PathBytes> = []
    /// Names of the sources that they belong to.
    private(set) var sources: [PathBytes] = []
    /// Whether a path that was named is itself among them.
    private(set) var holdsRoot = false
    /// Whether a path that was named is itself a database.
    private(set) var holdsDatabase = false
    /// Databases that have further names.
    private var linkedDatabases: Set<PathBytes> = []
    /// Entries that belong to somebody else than who runs this; only root can give them back.
    private(set) var foreign = 0

    init(_ manifest: ManifestReader, _ selection: PathSelection) throws(StoreDamage) {
        self.selection = selection
        while let entry = try manifest.next() {
            let isDatabase = noteDatabase(entry)
            guard selection.holds(entry.path), entry.location != nil else { continue }
            entries += 1
            if selection.names(entry.path) {
                holdsRoot = true
                holdsDatabase = holdsDatabase || isDatabase
            }
            noteSource(of: entry.path)
            if let status = entry.status, status.owner != geteuid() || status.group != getegid() { foreign += 1 }
            guard let status = entry.status, status.type == .regular else { continue }
            if let first = entry.firstName {
                if !selection.holds(first) { absentFirstNames.insert(first) }
                continue
            }
            files += 1
            // What a list says is no size until it is read: several such numbers may be more than one can hold.
            bytes += min(entry.storedSize ?? status.size, .max - bytes)
        }
    }

    /// Whether an entry is a database, or another name of one.
    private mutating func noteDatabase(_ entry: ManifestEntry) -> Bool {
        if let first = entry.firstName { return linkedDatabases.contains(first) }
        guard entry.isDatabase || entry.state == .raw else { return false }
        if let status = entry.status, status.linkCount > 1 { linkedDatabases.insert(entry.path) }
        return true
    }

    /// The entries of a source follow one another.
    private mutating func noteSource(of path: PathBytes) {
        if let last = sources.last, path == last || path.isBelow(last) { return }
        sources.append(PathBytes(path.bytes.prefix { $0 != UInt8(ascii: "/") }))
    }
}
