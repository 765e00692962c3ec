import FileTree
import Glibc
import JobKit
import SQLiteFiles

/// Compares what a drill restored with the list of the point, once more and from the disk, and opens every database.
final class DrillCheck {
    /// The most lines of the log for each kind; more are counted.
    private static let maximumLines = 200

    private let root: HeldDescriptor
    private let path: PathBytes
    private let stop: StopFlag
    private let context: JobContext
    /// Paths that are not as the list has them.
    private(set) var differences = 0
    private(set) var databases = 0
    private(set) var brokenDatabases = 0
    /// Paths in folders that this user may not look into, not even after having restored them.
    private(set) var unseen = 0
    private var unseenFolder: PathBytes?
    /// The first thing that is wrong.
    private(set) var first: String?
    private var suspects: [PathBytes] = []

    /// - Parameter path: of `root`, for SQLite, which knows paths only.
    init(_ root: HeldDescriptor, at path: PathBytes, stop: StopFlag, context: JobContext) {
        self.root = root
        self.path = path
        self.stop = stop
        self.context = context
    }

    /// - Parameter isExact: whether owners and attributes could be set as they were.
    func compare(_ contents: PointContents, _ plan: RestorePlan, isExact: Bool) throws(BackupError) {
        for source in plan.sources {
            let comparison = TreeComparison(
                prefix: source, comparesOwners: geteuid() == 0, comparesAttributes: isExact, excluded: [], stop: stop,
                tell: { [self] word, path, entry in note(word, path, entry) }, tellUnseen: { [self] error in noteUnseen(error) })
            let counts = try comparison.compare(source, in: root, with: try contents.manifest())
            for obstacle in counts.obstacles {
                complain("\(source.appending(obstacle.path)) is mounted over what was restored", &differences)
            }
        }
    }

    private func note(_ word: TreeComparison.Word, _ path: PathBytes, _ entry: ManifestEntry?) {
        switch word {
        case .same: if let entry, entry.status?.type == .regular, entry.firstName == nil { suspects.append(path) }
        case .created:
            let isDevice = entry?.status?.type == .characterDevice || entry?.status?.type == .blockDevice
            if isDevice, geteuid() != 0 { return }
            if let unseenFolder, path.isBelow(unseenFolder) {
                unseen += 1
                return
            }
            complain("\(path) is not there after the restore", &differences)
        case .replaced: complain("\(path) is not as it was stored", &differences)
        case .extra: complain("\(path) is there after the restore, and not in the point", &differences)
        }
        // Opened as they come: a list of all files would not fit into memory.
        for suspect in suspects { checkDatabase(suspect) }
        suspects.removeAll()
    }

    private func noteUnseen(_ error: FileTreeError) {
        guard error.code == EACCES else { return }
        unseenFolder = error.path
    }

    private func checkDatabase(_ relative: PathBytes) {
        let name = relative.components.last ?? relative
        do {
            var folder = root
            for part in relative.parent.components { folder = try folder.openFolder(part) }
            guard SQLiteFile(header: try folder.openFile(name).read(SQLiteFile.headerSize)) != nil else { return }
            databases += 1
            let whole = path.appending(relative)
            let complaint = try SQLiteSnapshot.complaint(about: whole.bytes, shouldStop: { [stop] in stop.isStopped })
            if let complaint { complain("the database \(relative) is damaged: \(complaint)", &brokenDatabases) }
        } catch {
            complain("the database \(relative) cannot be checked: \(error)", &brokenDatabases)
        }
    }

    private func complain(_ message: String, _ count: inout Int) {
        count += 1
        first = first ?? message
        if count <= Self.maximumLines { context.log(.error, message) }
    }
}
